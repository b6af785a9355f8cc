"""Write docs/operations.md from openapi.yaml and the client."""
