"""`make spec-diff`: what differs between two OpenAPI documents, and what that breaks."""
