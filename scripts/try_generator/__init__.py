"""Try another release of the generator, and report what it would change."""
