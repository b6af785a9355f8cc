"""Many inputs at a time: the batches of `execute_many` and `generate_many`."""
