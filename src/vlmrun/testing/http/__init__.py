"""The HTTP side: the ASGI application, routing, the socket server and injected faults."""
