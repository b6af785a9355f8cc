"""Chats with the models of the gateway."""

from __future__ import annotations

import re
import time
from typing import Any, NamedTuple

from vlmrun.cli.chat_answers import ChatAnswer, receive
from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.formatting import footer, number_text, seconds_text
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.run import Run
from vlmrun.cli.text_arguments import parse_json

_PAGES = re.compile(r"<document\b[^>]*\bnum_pages=[\"']?(\d+)")


class GatewayChat(NamedTuple):
    """A chat.

    Attributes:
        body: The fields of the body beside model and messages.
        model: The model.
        content: The parts of the message.
        stream: Whether the answer is shown as it arrives.
        json_mode: Whether the answer is JSON of the model.
        timeout: Seconds of the request.
    """

    body: dict[str, Any]
    model: str
    content: list[dict[str, Any]]
    stream: bool
    json_mode: bool
    timeout: float | None


def response_format(json_mode: bool, value: str | None) -> dict[str, Any] | None:
    """Return `response_format` for `--json-mode` and `--response-format`.

    Raises:
        UsageProblem: Both are passed, or the value is invalid.
    """
    if value is None:
        return {"type": "json_object"} if json_mode else None
    if json_mode:
        raise UsageProblem("--json-mode and --response-format exclude each other")
    if value in ("text", "json_object", "json"):
        return {"type": "json_object" if value == "json" else value}
    parsed = parse_json("--response-format", value) if value.strip().startswith("{") else None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("type"), str):
        raise UsageProblem(
            f"--response-format cannot be {value!r}",
            'Pass text, json_object, or an object such as {"type": "json_object"}',
        )
    return parsed


def method_params(value: str | None) -> dict[str, Any] | None:
    """Return the JSON object of `--method-params`.

    Raises:
        UsageProblem: It is not one.
    """
    if value is None:
        return None
    parsed = parse_json("--method-params", value)
    if not isinstance(parsed, dict):
        raise UsageProblem("--method-params must be a JSON object", "Such as '{\"labels\": []}'")
    return parsed


def run_chat(run: Run, chat: GatewayChat) -> None:
    """Send a chat and write its answer.

    Raises:
        Problem: The answer is `{"error": ...}`, or is not JSON although that was requested.
    """
    request: dict[str, Any] = {
        "model": chat.model,
        "messages": [{"role": "user", "content": chat.content}],
        "stream": chat.stream,
        "extra_body": chat.body or None,
    }
    if chat.timeout is not None:
        request["timeout"] = chat.timeout
    completions = run.anonymous_client.gateway.completions
    started = time.monotonic()
    answer = receive(run, completions, request)
    latency = time.monotonic() - started
    problem = _error_in(answer.content)
    if problem is not None:
        raise Problem(f"The model {chat.model} failed: {problem}", "", FAILED)
    if run.output.is_json:
        run.output.json(_data(chat, answer, latency))
    run.output.dim(_footer(answer, latency))


def _error_in(content: str) -> str | None:
    """Return the message of an answer that is exactly `{"error": ...}`."""
    import json

    if not content.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(content)
    except ValueError:
        return None
    if not (isinstance(value, dict) and list(value) == ["error"]):
        return None
    error = value["error"]
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)


def _data(chat: GatewayChat, answer: ChatAnswer, latency: float) -> Any:
    if chat.json_mode:
        return parse_json("The answer", answer.content)
    data: dict[str, Any] = {
        "model": answer.model,
        "content": answer.content,
        "latency_s": round(latency, 3),
        "usage": answer.usage,
    }
    pages = _pages(answer.content)
    if pages:
        data["pages"] = pages
        data["pages_per_sec"] = round(pages / latency, 3) if latency else None
    return data


def _pages(content: str) -> int:
    return sum(map(int, _PAGES.findall(content)))


def _footer(answer: ChatAnswer, latency: float) -> str:
    usage = answer.usage
    tokens = [usage.get(f"{kind}_tokens") for kind in ("prompt", "completion", "total")]
    pages = _pages(answer.content)
    speed = tokens[1] / latency if tokens[1] and latency else None
    cost = usage.get("cost")
    return footer(
        answer.model,
        None if tokens[2] is None else "P:{} / C:{} / T:{} toks".format(*tokens),
        None if speed is None else f"{speed:.1f} toks/s",
        None if not pages else f"{pages} pages",
        None if not (pages and latency) else f"{pages / latency:.2f} pages/s",
        seconds_text(latency),
        None if cost is None else f"${number_text(cost)}",
    )
