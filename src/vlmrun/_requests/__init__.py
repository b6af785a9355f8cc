"""Bodies and queries of requests, built from the arguments of calls. No I/O."""
