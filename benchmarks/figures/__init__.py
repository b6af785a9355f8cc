"""One module a figure; each has `measure`, which yields the lines of the table."""
