"""Reading OpenAPI documents: strictly, with line numbers and JSON pointers."""
