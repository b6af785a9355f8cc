"""One module for each attribute of the client."""
