"""OpenAPI documents: strict reading with line numbers, and iteration over their parts."""
