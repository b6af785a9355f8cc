"""What differs between two OpenAPI documents, and for whom. `spec_diff.py` is the command."""
