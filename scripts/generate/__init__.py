"""Generate the derived trees: the low-level package, the sync client and the index."""
