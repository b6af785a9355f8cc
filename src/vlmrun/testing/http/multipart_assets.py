"""The form in which typesafe-sdk sends a request to System One with images.

The part `request` has the JSON body. Each of its assets names another part, which has the bytes of
an image. The contract has the form without parts only, since the gateway documents no other one.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from vlmrun._files.media_types import sniff
from vlmrun.testing.contract.request_validation import Problem, parse_json, problem

_REQUEST = "request"


async def json_of_form(headers: Headers, data: bytes) -> tuple[Any, list[Problem]]:
    """Return the JSON body with the images in base64, or None and the problem.

    Args:
        headers: The headers of the request.
        data: The form.
    """
    try:
        form = await MultiPartParser(headers, _stream(data)).parse()
    except MultiPartException as error:
        return None, [problem(["body"], error.message, "multipart_invalid")]
    parts = {
        name: await value.read() if isinstance(value, UploadFile) else value.encode()
        for name, value in form.multi_items()
    }
    await form.close()
    if _REQUEST not in parts:
        return None, [problem(["body", _REQUEST], "Field required", "missing")]
    body, problems = parse_json(parts.pop(_REQUEST))
    if problems:
        return None, problems
    found = body.get("assets") if isinstance(body, dict) else None
    assets = found if isinstance(found, dict) else {}
    for name, asset in assets.items():
        if not isinstance(asset, dict) or asset.get("part") is None:
            continue
        content = parts.pop(asset["part"], None) if isinstance(asset["part"], str) else None
        if content is None:
            msg = "Input should be the name of a part that no other asset has"
            return None, [problem(["body", "assets", name, "part"], msg)]
        assets[name] = _inline(asset, content)
    unclaimed = [problem(["body", name], "No asset has this part") for name in sorted(parts)]
    return (None, unclaimed) if unclaimed else (body, [])


def _inline(asset: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return an asset with its content, whose format is detected."""
    media_type = sniff(content[:16]) or "application/octet-stream"
    return {
        **{name: value for name, value in asset.items() if name != "part"},
        "format": media_type.removeprefix("image/"),
        "data_base64": b64encode(content).decode(),
    }


async def _stream(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data
