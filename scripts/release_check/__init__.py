"""The parts of `make release-check`."""
