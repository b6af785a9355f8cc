"""What only the gateway has: embeddings and transcriptions. Nothing is understood here."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
from typing import Any

from starlette.responses import PlainTextResponse, Response

from vlmrun.testing.chats import usage_of
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.handlers.chat import EMBEDDING_MODEL, SPEECH_MODEL, check_model
from vlmrun.testing.validation import Invalid, problem

__all__ = ["create_embeddings", "create_transcription"]

_DIMENSIONS = 256
_MOST_DIMENSIONS = 4096
_VECTOR_NOTE = "Made by the stand-in server from a digest: equal inputs only are near each other"


def create_embeddings(call: Call) -> dict[str, Any]:
    """A vector for each input, made from its digest."""
    body = call.body
    check_model(body["model"], [EMBEDDING_MODEL])
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    if not inputs or not all(isinstance(each, (str, list)) for each in inputs):
        msg = "Input should be a text, a list of texts, or a list of lists of parts"
        raise Invalid([problem(["body", "input"], msg)])
    dimensions = body.get("dimensions") or _DIMENSIONS
    if not 1 <= dimensions <= _MOST_DIMENSIONS:
        msg = f"Input should be from 1 to {_MOST_DIMENSIONS}"
        raise Invalid([problem(["body", "dimensions"], msg)])
    as_text = body.get("encoding_format") == "base64"
    vectors = [_vector(each, dimensions) for each in inputs]
    return {
        "object": "list",
        "model": body["model"],
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _packed(vector) if as_text else vector,
            }
            for index, vector in enumerate(vectors)
        ],
        "usage": usage_of(json.dumps(inputs)),
        "stand_in": {"note": _VECTOR_NOTE},
    }


def create_transcription(call: Call) -> dict[str, Any] | Response:
    """No transcript, but what there was to hear."""
    form = call.body
    check_model(form["model"], [SPEECH_MODEL])
    with form["file"].file as file:
        data = file.read()
    heard = f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}"
    if form.get("url"):
        heard = f"the URL {form['url']}, which was not fetched"
    text = f"Placeholder by the stand-in server, which has not listened: {heard}"
    kind = form.get("response_format") or "json"
    if kind == "text":
        return PlainTextResponse(f"{text}\n")
    if kind == "srt":
        return PlainTextResponse(f"1\n00:00:00,000 --> 00:00:00,000\n{text}\n")
    if kind == "vtt":
        return PlainTextResponse(f"WEBVTT\n\n00:00.000 --> 00:00.000\n{text}\n")
    answer: dict[str, Any] = {"text": text, "usage": usage_of("", text)}
    if kind == "verbose_json":
        answer |= {"task": "transcribe", "language": form.get("language"), "duration": 0}
        answer |= {"segments": []}
    return answer


def _vector(value: Any, dimensions: int) -> list[float]:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    digest = hashlib.shake_256(text.encode()).digest(4 * dimensions)
    numbers = [number / 2**31 - 1 for (number,) in struct.iter_unpack("<I", digest)]
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
