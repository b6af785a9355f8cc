"""Check the changelog and the distributions of a release."""
