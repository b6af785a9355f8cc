"""Bodies of requests for datasets and fine-tuning; they have only what the caller set."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from vlmrun._core.secrets import check_secret
from vlmrun._files.paths import check_file
from vlmrun._images import image_url, is_image, video_url
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.common import coerce, job_fields
from vlmrun._requests.media import check_one_kind
from vlmrun._validation import (
    check_choice,
    check_exactly_one,
    check_id,
    check_int,
    check_optional,
    check_positive,
    check_str,
    check_url,
    is_http_url,
    without_none,
)
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.datasets import DatasetType

# Limits of the service (see the operation generate_fine_tuned_prediction in openapi.yaml).
MAX_IMAGES = 16
MAX_VIDEOS = 1
_SUFFIX = re.compile(r"[a-zA-Z0-9_-]+")


def dataset_body(domain: Any, dataset_name: str, dataset_type: Any) -> dict[str, Any]:
    """Return the body that creates a dataset, without its file and `wandb_fields`."""
    return {
        "domain": check_str("domain", domain),
        "dataset_name": dataset_name,
        # Closed, unlike other values: the directory would be packed and uploaded in vain, and the
        # service's documentation says that it raises a ValueError.
        "dataset_type": check_choice("dataset_type", dataset_type, get_args(DatasetType)),
    }


def wandb_fields(base_url: Any, project_name: Any, api_key: Any) -> dict[str, Any]:
    """Return the fields for logging a run to Weights & Biases."""
    return without_none(
        wandb_base_url=check_optional(check_url, "wandb_base_url", base_url),
        wandb_project_name=check_optional(check_str, "wandb_project_name", project_name),
        wandb_api_key=check_optional(check_secret, "wandb_api_key", api_key),
    )


def tuning_body(
    *,
    model: Any,
    num_epochs: Any,
    batch_size: Any,
    learning_rate: Any,
    suffix: Any,
    callback_url: Any,
) -> dict[str, Any]:
    """Return the body that starts a fine-tuning job, without its files and `wandb_fields`."""
    return {"model": check_str("model", model)} | without_none(
        num_epochs=check_optional(check_int, "num_epochs", num_epochs, 1),
        batch_size=check_optional(_check_batch_size, "batch_size", batch_size),
        learning_rate=check_optional(check_positive, "learning_rate", learning_rate),
        suffix=check_optional(_check_suffix, "suffix", suffix),
        callback_url=check_optional(check_url, "callback_url", callback_url),
    )


def provision_body(model: Any, duration: Any, concurrency: Any) -> dict[str, Any]:
    """Return the body that provisions a model."""
    return {"model": check_str("model", model)} | without_none(
        duration=check_optional(check_int, "duration", duration, 1),
        concurrency=check_optional(check_int, "concurrency", concurrency, 1),
    )


def generation_config(value: Any) -> GenerationConfig:
    """Check the configuration of a prediction, which must have a prompt and a schema."""
    config = coerce("config", value, GenerationConfig)
    if config is None or not (config.prompt or "").strip():
        raise InputError(
            "config.prompt is missing",
            suggestion="GenerationConfig(prompt='what to read', response_model=...)",
        )
    if config.response_model is None and config.json_schema is None:
        raise InputError(
            "config has no schema for the response",
            suggestion="Set response_model=... or json_schema=...",
        )
    return config


def generation_body(
    *, model: Any, config: GenerationConfig, metadata: Any, batch: bool, callback_url: Any
) -> dict[str, Any]:
    """Return the body of a prediction, without its images or video."""
    return {
        "model": check_str("model", model),
        **without_none(batch=batch or None),
        **job_fields(config=config, metadata=metadata, callback_url=callback_url),
    }


def check_media(images: Any, videos: Any) -> dict[str, list[Any]]:
    """Check images or a video without reading them, and return them with paths as `Path`."""
    field = check_exactly_one(images=_none_if_empty(images), videos=_none_if_empty(videos))
    most = {"images": MAX_IMAGES, "videos": MAX_VIDEOS}[field]
    values = {"images": images, "videos": videos}[field]
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence):
        raise InputTypeError(f"{field} must be a list, got {type_and_repr(values)}")
    if len(values) > most:
        raise InputError(f"{field} has {len(values)} entries; at most {most} can be sent")
    checked = [_check_medium(f"{field}[{index}]", value) for index, value in enumerate(values)]
    check_one_kind(field, set(map(_kind, checked)))
    return {field: checked}


def encode_media(media: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Return checked media as they are sent: URLs unchanged, anything else as data URLs.

    Raises:
        InputError: A file is not an image or a video, or a video is larger than 50 MB.
        DependencyError: There is an image, and the extra `images` is not installed.
    """
    return {
        field: [
            value
            if isinstance(value, str)
            else video_url(f"{field}[{index}]", value)
            if field == "videos"
            else image_url(f"{field}[{index}]", value)
            for index, value in enumerate(values)
        ]
        for field, values in media.items()
    }


def file_or_reference(argument: str, value: Any) -> Path | str:
    """Return a file to upload as a `Path`, or the id or URL of an existing one as a str.

    Raises:
        MissingFileError: A path does not exist.
        InputTypeError: It is neither a str nor a path.
    """
    if isinstance(value, str) and "://" in value:
        return check_str(argument, value)
    # The service's documentation passes file names as str ("train.jsonl"); ids have no suffix.
    if isinstance(value, os.PathLike) or (isinstance(value, str) and Path(value).suffix):
        return check_file(argument, value)
    return check_id(argument, value)


def _check_batch_size(name: str, value: Any) -> int | str:
    if isinstance(value, str):
        return check_choice(name, value, ["auto"])
    return check_int(name, value, 1)


def _check_suffix(name: str, value: Any) -> str:
    if not _SUFFIX.fullmatch(check_str(name, value)):
        raise InputError(
            f"{name} may have letters, digits, '-' and '_' only, got {short_repr(value)}"
        )
    return str(value)


def _none_if_empty(values: Any) -> Any:
    return None if isinstance(values, (list, tuple)) and not values else values


def _kind(medium: Any) -> str:
    if isinstance(medium, Path):
        return "paths"
    return "URLs" if isinstance(medium, str) else "PIL images"


def _check_medium(where: str, value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return check_file(where, value)
    if isinstance(value, str):
        if is_http_url(value) or value.startswith("data:"):
            return value
        raise InputError(
            f"{where} is {short_repr(value)}, which is not a valid URL",
            suggestion="Pass a file as Path(...)",
        )
    if where.startswith("images") and is_image(value):
        return value
    raise InputTypeError(f"{where} cannot be sent: {type_and_repr(value)}")
