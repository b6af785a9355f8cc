"""What both twins share and what does no I/O: options, retry policy, error mapping, conversion."""
