"""Pages of documents as images, and the drawing of evidence on them."""
