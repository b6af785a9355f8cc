"""Rules for openapi.yaml that the OpenAPI standard does not have. `lint_spec.py` is the command.

Most say what the generator drops without a word, or writes in a way that breaks at run time.
"""
