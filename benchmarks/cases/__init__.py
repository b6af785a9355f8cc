"""The benchmarks: the function `measure` of each module yields the rows of the table."""
