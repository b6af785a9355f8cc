"""The request of `vlmrun gw systemone`: its questions, its state and its media."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.inputs import is_url
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.text_arguments import json_argument, read_stdin, read_text

_STATE_SUFFIXES = (
    *(".txt", ".md", ".markdown", ".json", ".jsonl"),
    *(".yaml", ".yml", ".csv", ".log"),
)
_JSON_SUFFIX = ".json"


class Media(NamedTuple):
    """The arguments of the command, by what they are.

    Attributes:
        images: Paths, URLs and data URLs of images.
        document: The path or the URL of a PDF.
        video: The path of a video.
        texts: What gives the state: texts, and JSON values.
    """

    images: list[str]
    document: str | None
    video: str | None
    texts: list[Any]


class DecisionArguments(NamedTuple):
    """The arguments of `build_request`.

    Attributes:
        state: What the questions are about.
        questions: The questions by their ids.
        options: The others.
    """

    state: Any
    questions: dict[str, Any]
    options: dict[str, Any]


def questions_of(
    body: Mapping[str, Any],
    spec: str | None,
    nouls: Sequence[str],
    choices: Sequence[str],
    scores: Sequence[str],
) -> dict[str, Any]:
    """Return the questions of `--body`, `--questions` and the flags; later ones replace earlier.

    Raises:
        UsageProblem: There are none, or a flag has no id.
        InputError: A question is not valid.
    """
    from vlmrun.client.systemone import normalize_questions

    found: dict[str, Any] = {}
    if body.get("questions") is not None:
        found.update(normalize_questions(body["questions"]))
    if spec is not None:
        found.update(normalize_questions(json_argument("--questions", spec)))
    for flag, values in (("noul", nouls), ("choice", choices), ("score", scores)):
        for value in values:
            id, question = _flag_question(flag, value)
            before = found.get(id, {})
            # A flag changes a question of its type, and replaces any other.
            found[id] = {**before, **question} if before.get("type") == flag else question
    if not found:
        raise UsageProblem(
            "There are no questions", "Pass --questions, --noul ID, --choice ID=a|b or --score"
        )
    return normalize_questions(found)


def _flag_question(flag: str, value: str) -> tuple[str, dict[str, Any]]:
    id, equals, rest = value.partition("=")
    id = id.strip()
    if not id:
        raise UsageProblem(f"--{flag} has no id: {value!r}", f"Pass --{flag} ID=...")
    if flag == "noul":
        return id, {"type": "noul", **({"instructions": rest} if rest else {})}
    if not equals:
        raise UsageProblem(f"--{flag} {value} has no values", f'Pass --{flag} {id}="a|b"')
    values = [each.strip() for each in rest.split("|")]
    if flag == "score":
        return id, {"type": "score", "criteria": values}
    labels = [each.partition(":") for each in values]
    names = [label.strip() for label, _, _ in labels]
    if len(set(names)) < len(names):
        raise UsageProblem(f"--choice {id} repeats a label", "Labels must be unique")
    texts = [description.strip() or None for _, _, description in labels]
    return id, {"type": "choice", "criteria": dict(zip(names, texts, strict=True))}


def read_body(value: str | None) -> dict[str, Any]:
    """Return the request of `--body`; {} without it.

    Raises:
        UsageProblem: It is not a JSON object.
    """
    if value is None:
        return {}
    body = json_argument("--body", value)
    if not isinstance(body, dict):
        raise UsageProblem(f"--body must be a JSON object, got {type(body).__name__}")
    return body


def media_of(inputs: Sequence[str]) -> Media:
    """Sort the arguments by what they are; URLs without a telling ending are looked at.

    Raises:
        UsageProblem: There are two documents or videos, or a video beside other media.
    """
    images: list[str] = []
    documents: list[str] = []
    videos: list[str] = []
    texts: list[Any] = []
    for value in inputs:
        kind = _kind_of(value)
        if kind == "image":
            images.append(value)
        elif kind == "application/pdf":
            documents.append(value)
        elif kind == "video":
            videos.append(value)
        else:
            texts.append(_text_of(value) if kind == "state" else value)
    for name, found in (("PDF", documents), ("video", videos)):
        if len(found) > 1:
            raise UsageProblem(f"One {name} is accepted, got {len(found)}", "Run it for each")
    if videos and (images or documents):
        raise UsageProblem(f"{videos[0]} is a video, which goes with no other media")
    return Media(images, _first(documents), _first(videos), texts)


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _kind_of(value: str) -> str:
    """Return "image", "video", "application/pdf", "state" for a file with it, or "text"."""
    from vlmrun.common.mime import guess_mime
    from vlmrun.constants import SUPPORTED_INPUT_FILETYPES

    if value[:5].lower() == "data:":
        return "image" if value[5:10].lower() == "image" else "application/pdf"
    if is_url(value):
        return _kind_of_url(value)
    path = Path(value).expanduser()
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # a text that is too long for a path
        is_file = False
    suffix = path.suffix.lower()
    if not is_file:
        # Otherwise, a mistyped name would be a text, and the decision about it would be billed.
        is_name = not any(map(str.isspace, value))
        if is_name and suffix in (*SUPPORTED_INPUT_FILETYPES, *_STATE_SUFFIXES):
            raise UsageProblem(
                f"INPUT: the file {value} does not exist", "A text goes into --state"
            )
        return "text"
    if suffix in _STATE_SUFFIXES:
        return "state"
    with path.open("rb") as file:
        return _kind(value, guess_mime(path, file.read(64)))


def _kind_of_url(url: str) -> str:
    from vlmrun.client.systemone import probe_url_mime
    from vlmrun.common.mime import mime_from_url

    media_type = mime_from_url(url)
    if media_type == "application/octet-stream":
        media_type = probe_url_mime(url) or media_type
    kind = _kind(url, media_type)
    if kind == "video":
        raise UsageProblem(f"{url} is a video, which must be a local file", "Download it first")
    return kind


def _kind(value: str, media_type: str) -> str:
    major = media_type.partition("/")[0]
    if major in ("image", "video"):
        return major
    if media_type == "application/pdf":
        return media_type
    raise UsageProblem(
        f"{value} is of the type {media_type}", "Pass images, a PDF, a video, or a text"
    )


def _text_of(value: str) -> Any:
    path = Path(value).expanduser()
    if path.suffix.lower() == _JSON_SUFFIX:
        return json_argument("INPUT", f"@{path}")
    return read_text("INPUT", path)


def state_of(option: str | None, body: Mapping[str, Any], media: Media) -> Any:
    """Return what the questions are about.

    Raises:
        UsageProblem: `--state` and arguments both give it, or a file cannot be read.
    """
    if option is not None:
        if media.texts:
            raise UsageProblem(f"--state is passed, so INPUT must be media, got {media.texts[0]!r}")
        if option == "-":
            return read_stdin("--state").strip()
        if option.startswith("@"):
            return _text_of(option[1:])
        return option
    if not media.texts:
        return body.get("state", "")
    if len(media.texts) == 1:
        return media.texts[0]
    import json

    return " ".join(each if isinstance(each, str) else json.dumps(each) for each in media.texts)


def options_of(body: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of `build_request`: those of the command, else those of `--body`.

    Args:
        body: The request of `--body`, whose further fields are sent as they are.
        given: The options of the command; None for those that were not passed.
    """
    known = ("model", "steps", "samples", "reasoning_effort")
    fields = {name: body.get(name) for name in known}
    fields.update({name: value for name, value in given.items() if value is not None})
    extra = {
        name: value
        for name, value in body.items()
        if name not in (*known, "state", "questions", "detail")
    }
    if extra:
        fields["extra_body"] = extra
    return {name: value for name, value in fields.items() if value is not None}
