"""Write docs/operations.md from openapi.yaml and the client, and docs/cli.md from the commands."""
