"""Sending requests: from the arguments of a generated operation to a response."""
