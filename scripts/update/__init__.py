"""`make update`: merge a newer API document into openapi.yaml."""
