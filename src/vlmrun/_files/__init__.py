"""Files that are uploaded or downloaded: sources, targets, names, archives."""
