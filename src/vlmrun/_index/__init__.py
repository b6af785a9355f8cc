"""Indexes that are generated from the sources."""
