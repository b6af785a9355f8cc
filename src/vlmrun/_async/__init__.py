"""The client, written once, for asyncio; `vlmrun._sync` is derived from it by `make generate`."""
