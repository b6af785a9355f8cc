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


# They say how to handle a request and where to report it, and do not change its result.
_WITHOUT_EFFECT = ("callback_url", "metadata", "priority")

# The names of a signature in the query of a URL, and the prefixes or names of what comes with it.
# Some of the names are common words, so each scheme is recognized by the signature that it needs:
# Amazon S3 and Google Cloud Storage; their version 2, CloudFront and Alibaba; Azure.
_SIGNATURES: tuple[tuple[frozenset[str], frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"x-amz-signature"}), frozenset(), ("x-amz-",)),
    (frozenset({"x-goog-signature"}), frozenset(), ("x-goog-",)),
    (
        frozenset({"signature", "expires"}),
        frozenset({"awsaccesskeyid", "expires", "googleaccessid", "ossaccesskeyid", "signature"})
        | {"key-pair-id", "security-token", "x-amz-security-token"},
        (),
    ),
    (
        frozenset({"signature", "policy"}),
        frozenset({"key-pair-id", "policy", "signature"}),
        (),
    ),
    (
        frozenset({"sig", "sv"}),
        frozenset({"se", "si", "sig", "sip", "sks", "ske", "skoid", "skt", "sktid", "skv"})
        | {"sp", "spr", "sr", "srt", "ss", "st", "sv"},
        (),
    ),
)


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
    shared = {name: parameters[name] for name in parameters if name not in _WITHOUT_EFFECT}
    identity = [_VERSION, operation, base_url, shared, _unsigned(fields)]
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).digest()


def _unsigned(value: Any) -> Any:
    """Return JSON in which presigned URLs have no signature: each time, it is another one."""
    if isinstance(value, str):
        is_signed = value[:8].lower().startswith(("http://", "https://")) and "?" in value
        return _without_signature(value) if is_signed else value
    if isinstance(value, Mapping):
        return {name: _unsigned(item) for name, item in value.items()}
    return [_unsigned(item) for item in value] if isinstance(value, (list, tuple)) else value


def _without_signature(url: str) -> str:
    address, _, query = url.partition("?")
    pairs = query.partition("#")[0].split("&")
    names = [pair.partition("=")[0].lower() for pair in pairs]
    for needed, parts, prefixes in _SIGNATURES:
        if needed <= {*names}:
            left = [
                pair
                for pair, name in zip(pairs, names, strict=True)
                if name not in parts and not name.startswith(prefixes)
            ]
            return "?".join([address, "&".join(left)]) if left else address
    return url


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
