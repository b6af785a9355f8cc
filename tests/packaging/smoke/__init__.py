"""What must work in every installation. `make release-check` copies these files to an empty folder.

They know nothing of the checkout: `bare.py` is a program for an installation without any extra,
`test_core.py` needs the extra `testing`, `test_extras.py` all extras, and `consumer.py` is a user's
code for type checkers.
"""
