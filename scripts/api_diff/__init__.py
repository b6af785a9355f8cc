"""What differs between two states of the package's public names. `api_diff.py` is the command."""
