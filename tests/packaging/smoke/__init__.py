"""Smoke tests of an installation. `make release-check` copies these files to an empty folder.

They do not use the checkout: `bare.py` is a program for an installation without extras,
`test_core.py` needs the extra `testing`, `test_extras.py` needs all extras, and `consumer.py` is a
user's code for type checkers.
"""
