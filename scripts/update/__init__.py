"""From a newer document to the next openapi.yaml. `update.py` is the command."""
