"""The client, its resources, and the transport below them."""
