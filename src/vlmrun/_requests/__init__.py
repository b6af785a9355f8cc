"""The bodies of requests, from the arguments of a call. No I/O."""
