"""Shared by the sync and async clients, without I/O: options, retries, polling, error mapping."""
