"""`make lint-spec`: rules for openapi.yaml beyond the OpenAPI standard.

Most of them are about what the generator drops silently, or generates in a way that fails at run
time.
"""
