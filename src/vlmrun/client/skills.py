"""The class of `client.skills` and helpers, under the import path of the official SDK."""

from vlmrun._sync.resources.skills import Skills
from vlmrun.skills import bundle_from_directory, hash_directory, parse_skill_frontmatter

__all__ = ["Skills", "bundle_from_directory", "hash_directory", "parse_skill_frontmatter"]
