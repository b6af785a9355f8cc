"""The contract: operations and schemas of openapi.yaml, and validation against them."""
