"""Journals of batches: SQLite files that say which jobs were submitted, and what they returned."""
