"""Validation of every response of the mock servers in these tests against openapi.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.types import Message

from vlmrun.testing import Request
from vlmrun.testing.contract.openapi import Contract, ContractOperation, load_contract
from vlmrun.testing.contract.request_validation import Problem, find_problems, parse_json, problem
from vlmrun.testing.http.asgi_app import response_observers

_JSON = "application/json"
_EVENT_STREAM = "text/event-stream"


@contextmanager
def watch_servers() -> Iterator[list[str]]:
    """Watch all servers of this process; yield the list that violations are added to.

    Responses that an injected fault changed are skipped.
    """
    violations: list[str] = []
    responses: dict[str, _Response] = {}

    def observe(request: Request, message: Message) -> None:
        response = responses.setdefault(request.id, _Response())
        # The last message is checked before the client gets it, so that the test which sent the
        # request is still running when the violation is found.
        if response.is_complete_with(message):
            violations.extend(_violations(request, responses.pop(request.id)))

    response_observers.append(observe)
    try:
        yield violations
    finally:
        response_observers.remove(observe)


class _Response:
    """The part of a response that the contract describes: the first bytes if it is not JSON."""

    def __init__(self) -> None:
        self.headers = Headers()
        self.body = b""

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")

    def is_complete_with(self, message: Message) -> bool:
        if message["type"] == "http.response.start":
            self.headers = Headers(raw=message["headers"])
            return False
        chunk: bytes = message.get("body", b"")
        self.body += chunk if self.media_type.startswith((_JSON, _EVENT_STREAM)) else chunk[:1]
        return not message.get("more_body", False)


def _violations(request: Request, response: _Response) -> Iterator[str]:
    operation = load_contract().operations.get(request.operation or "")
    if operation is None or request.fault:
        return
    assert request.status is not None
    for found in check_response(
        load_contract(), operation, request.status, response.media_type, response.body
    ):
        yield f"{operation.id} {request.status}: {found['loc']} {found['msg']}"


def check_response(
    contract: Contract, operation: ContractOperation, status: int, media_type: str, content: bytes
) -> list[Problem]:
    """Return what does not conform to the contract in a response.

    Each event of a stream must conform to the schema of the response that is not streamed.
    """
    pointers = operation.response_schemas(status)
    if pointers is None:
        return [problem(["response"], f"{operation.id} has no status {status} in the contract")]
    if not pointers:
        return [problem(["response"], "must be empty")] if content else []
    pointer = pointers.get(media_type.partition(";")[0].strip())
    if pointer is None:
        return [problem(["response"], f"has the content type {media_type!r}")]
    if media_type.startswith(_EVENT_STREAM) and _JSON in pointers:
        events = [line[6:] for line in content.splitlines() if line.startswith(b"data: ")]
        values, pointer = [event for event in events if event != b"[DONE]"], pointers[_JSON]
    else:
        values = [content] if media_type.startswith(_JSON) else []
    found: list[Problem] = []
    for each in values:
        value, problems = parse_json(each)
        found += problems or find_problems(contract, pointer, value, ["response"])
    return found
