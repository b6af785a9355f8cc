"""Waits that share one poller."""
