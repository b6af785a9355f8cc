"""The identity of an item of a batch: its operation, parameters and the content of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from vlmrun._files.upload_source import Source

# Other keys for the same items would submit all of them again, so a change of this number is one
# that users of journals pay for.
_VERSION = 1


def item_key(
    operation: str, base_url: str, parameters: Mapping[str, Any], fields: Mapping[str, Any]
) -> bytes:
    """Return the key of an item.

    Args:
        operation: The operationId.
        base_url: The service.
        parameters: The fields of the body that all items share.
        fields: The fields of this item, with `file_identity` in place of each file.
    """
    identity = [_VERSION, operation, base_url, parameters, fields]
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).digest()


def file_identity(source: Source, digest: str) -> dict[str, str]:
    """Return what identifies a file: its content, and the suffix, by which the service reads it.

    Not its path or time: a file that was moved or copied is the same.
    """
    return {"sha256": digest, "suffix": PurePath(source.name).suffix.lower()}


def label_of(sources: Sequence[Source], item: Any) -> str:
    """Return a description of an item for people who read the journal.

    Values are not in it: they may be confidential.
    """
    if sources:
        return ", ".join(source.label for source in sources[:3])
    return type(item).__name__
