"""`make api-diff`: what differs between the public names of two versions of the package."""
