"""Lists that are made from the sources."""
