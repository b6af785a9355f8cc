"""Code that the sync and async clients cannot share: sleeping, threads, connection lifetime."""
