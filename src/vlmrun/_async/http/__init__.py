"""Everything between a generated operation and httpx."""
