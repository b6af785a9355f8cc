"""The commands of maintainers, one package each; `scripts.openapi` is shared."""
