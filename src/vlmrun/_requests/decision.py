"""The body of a request to System One."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args

from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.decision_media import (
    RemoteImage,
    asset,
    check_images,
    image_part,
    pdf_part,
)
from vlmrun._requests.inputs import as_json, as_object
from vlmrun._requests.questions import normalize_questions
from vlmrun._validation import (
    check_encodable,
    check_int,
    check_open_choice,
    check_optional,
    check_str,
    without_none,
)
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.content import ImageDetail
from vlmrun.types.systemone import ReasoningEffort

SYSTEMONE_MODEL = "google/diffusiongemma-26b-a4b-it"
DEFAULT_MODEL_ENV = "TYPESAFE_DEFAULT_MODEL"
REASONING_EFFORTS = get_args(ReasoningEffort)

# The service grants no more images in flight, and fewer if it is not asked.
MAX_INFLIGHT = 8

_MAX_STEPS = 8
_MAX_SAMPLES = 32


class DecisionSettings(NamedTuple):
    """The arguments that all decisions of a stream share, checked.

    Attributes:
        questions: The questions as they are sent.
        detail: The detail in which images are read.
        fields: The further fields of the body: model, steps, samples, reasoning_effort.
        extra_body: Fields of the caller's, which come last.
    """

    questions: dict[str, Any]
    detail: str | None
    fields: dict[str, Any]
    extra_body: dict[str, Any]


class DecisionRequest(NamedTuple):
    """A body, and the images that are still to be fetched for it."""

    body: dict[str, Any]
    remote: Sequence[RemoteImage]


def default_model() -> str:
    """Return the model that is used by default."""
    return os.environ.get(DEFAULT_MODEL_ENV, "").strip() or SYSTEMONE_MODEL


def check_settings(
    questions: Any,
    *,
    model: Any = None,
    detail: Any = "auto",
    steps: Any = None,
    samples: Any = None,
    reasoning_effort: Any = None,
    extra_body: Any = None,
) -> DecisionSettings:
    """Check the arguments that are not about the content.

    Raises:
        InputError: One of them is not valid.
    """
    return DecisionSettings(
        normalize_questions(questions),
        check_detail(detail),
        {
            "model": default_model() if model is None else check_str("model", model),
            **without_none(
                steps=check_optional(check_int, "steps", steps, 1, _MAX_STEPS),
                samples=check_optional(check_int, "samples", samples, 1, _MAX_SAMPLES),
                reasoning_effort=check_optional(
                    check_open_choice, "reasoning_effort", reasoning_effort, REASONING_EFFORTS
                ),
            ),
        },
        {} if extra_body is None else as_object("extra_body", extra_body),
    )


def check_detail(detail: Any) -> str | None:
    """Return a detail in which images are read."""
    checked: str | None = check_optional(check_open_choice, "detail", detail, get_args(ImageDetail))
    return checked


def build_decision(
    state: Any,
    settings: DecisionSettings,
    *,
    images: Any = None,
    document: Any = None,
    text: Any = None,
    assets: Any = None,
    where: str | None = None,
) -> DecisionRequest:
    """Build the body of a request; this reads local files.

    Args:
        state: What the questions are about.
        settings: The result of `check_settings`.
        images: At most eight images.
        document: A PDF.
        text: Further texts.
        assets: Images by the names that stand for them.
        where: The location of the only image in error messages.

    Raises:
        InputError: An argument is not valid; the message has its location.
    """
    checked = check_state(state)
    parts, remote = content_parts(settings.detail, images, document, text, where)
    model = settings.fields["model"]
    body = {"state": checked, "model": model, "questions": settings.questions}
    if parts:
        body["content"] = parts
    if assets is not None:
        body["assets"], of_assets = _assets(assets)
        remote += of_assets
    return DecisionRequest({**body, **settings.fields, **settings.extra_body}, remote)


def content_parts(
    detail: str | None,
    images: Any = None,
    document: Any = None,
    text: Any = None,
    where: str | None = None,
) -> tuple[list[dict[str, Any]], list[RemoteImage]]:
    """Return the parts of the content, and what is still to be fetched for them.

    Args:
        detail: The detail in which images are read, and the others as for `build_decision`.
        images: At most eight images.
        document: A PDF.
        text: Further texts.
        where: The location of the only image in error messages.

    Raises:
        InputError: An argument is not valid; the message has its location.
    """
    found, texts = check_images(images), _texts(text)
    parts = [] if document is None else [pdf_part(document, detail)]
    remote: list[RemoteImage] = []
    for index, image in enumerate(found):
        part, to_fetch = image_part(where or f"images[{index}]", image, detail)
        parts.append(part)
        remote += [] if to_fetch is None else [to_fetch]
    parts += [{"type": "text", "text": each} for each in texts if each]
    return parts, remote


def check_state(state: Any) -> Any:
    """Return what the questions are about as JSON.

    Raises:
        InputTypeError: It is not a str, an object or a list.
    """
    converted = as_json("state", state)
    if isinstance(converted, (str, dict, list)):
        return converted
    raise InputTypeError(
        f"state must be a str, a dict or a list, got {type_and_repr(state)}",
        suggestion="Pass '' if the questions are about images only" if state is None else None,
    )


def _assets(assets: Any) -> tuple[dict[str, Any], list[RemoteImage]]:
    """Return the assets in their form on the wire, and what is still to be fetched for them."""
    if not isinstance(assets, Mapping):
        raise InputTypeError(
            f"assets must be a dict from names to images, got {type_and_repr(assets)}"
        )
    if not assets:
        raise InputError("assets is empty", suggestion="Leave it out")
    parts: dict[str, Any] = {}
    remote = []
    for name, image in assets.items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"assets: {short_repr(name)} is not a name")
        check_encodable(f"assets[{short_repr(name)}]", name)
        parts[name], to_fetch = asset(f"assets[{short_repr(name)}]", image)
        remote += [] if to_fetch is None else [to_fetch]
    return parts, remote


def _texts(text: Any) -> list[str]:
    if text is None:
        return []
    texts = [text] if isinstance(text, str) else text
    if isinstance(texts, Mapping) or not hasattr(texts, "__iter__"):
        raise InputTypeError(f"text must be a str or a list of str, got {type_and_repr(text)}")
    found = list(texts)
    for index, each in enumerate(found):
        if not isinstance(each, str):
            raise InputTypeError(f"text[{index}] must be a str, got {type_and_repr(each)}")
        check_encodable(f"text[{index}]", each)
    return found
