"""Streams of images: decisions over HTTP, and sessions over WebSockets."""
