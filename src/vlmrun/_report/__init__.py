"""HTML reports of results: one file, with the pages, the fields and everything else in it."""
