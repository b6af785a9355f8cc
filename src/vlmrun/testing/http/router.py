"""Routing: check key, parameters and body of a request, call its handler, and map errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vlmrun.testing.contract.openapi import Contract, ContractOperation, RequestBody
from vlmrun.testing.contract.request_validation import (
    InvalidRequest,
    Problem,
    check_body,
    check_parameters,
    parse_json,
    problem,
)
from vlmrun.testing.handlers import HANDLERS
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.sample_responses import sample_response
from vlmrun.testing.http.content_coding import decoded
from vlmrun.testing.http.deferred_chats import deferred_chat_route
from vlmrun.testing.http.multipart_assets import json_of_form
from vlmrun.testing.http.object_storage import STORAGE_ROUTES
from vlmrun.testing.http.session_routes import session_routes
from vlmrun.testing.recorded_requests import NOTES_KEY
from vlmrun.testing.state.store import ServerSettings, State

# The n8n node of VLM Run sends its lookup so, and works with the service. No document has it, and
# content of a GET request has no defined meaning, hence the note that goes with the response:
# https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1
_UNDOCUMENTED_METHODS = {"lookup_agent": "GET"}

_FORM = "multipart/form-data"

# Operations that the gateway has, too; the others have only one of the two servers.
_OF_BOTH_SERVERS = frozenset({"check_health", "create_chat_completion", "list_chat_models"})


def create_router(contract: Contract, state: State) -> Starlette:
    """Return an application with the operations of the contract and the object storage."""
    application = Starlette(
        routes=_routes(contract),
        exception_handlers={
            HTTPException: _on_http_exception,
            InvalidRequest: _on_invalid_request,
            Exception: _on_bug,
        },
    )
    application.state.server = state
    return application


@cache
def _routes(contract: Contract) -> list[BaseRoute]:
    """Return the routes of all servers: to compile them takes as long as to start a server."""
    # Starlette takes the first match: literal paths precede those with parameters, and HEAD
    # precedes GET, whose routes accept HEAD as well.
    operations = sorted(
        contract.operations.values(), key=lambda each: (each.path.count("{"), each.method != "HEAD")
    )
    routes = [
        Route(prefix + each.path, _endpoint(contract, each), methods=_methods(each), name=each.id)
        for each in operations
        for prefix in _prefixes(contract, each)
    ]
    chat = contract.operations["create_chat_completion"]
    deferred = deferred_chat_route(chat.prefix, partial(_check_key, operation=chat))
    return [*routes, deferred, *session_routes(contract), *STORAGE_ROUTES]


def _prefixes(contract: Contract, operation: ContractOperation) -> list[str]:
    of_gateway = [contract.gateway_path] if operation.id in _OF_BOTH_SERVERS else []
    return list(dict.fromkeys([operation.prefix, *of_gateway]))


def _methods(operation: ContractOperation) -> list[str]:
    undocumented = _UNDOCUMENTED_METHODS.get(operation.id)
    return [operation.method, *([undocumented] if undocumented else ())]


def _endpoint(
    contract: Contract, operation: ContractOperation
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        state: State = request.app.state.server
        _check_key(state.settings, request.headers.get("authorization"), operation=operation)
        notes = request.scope[NOTES_KEY]
        if request.method not in (operation.method, "HEAD"):
            notes.append(
                f"{request.method} {operation.path} is not documented, and was accepted as "
                f"{operation.method}"
            )
        handler = HANDLERS.get(operation.id) or partial(sample_response, contract, operation)
        values, problems = check_parameters(
            contract, operation, request.path_params, request.query_params
        )
        body, body_problems = await _read_body(contract, operation, request)
        if problems or body_problems:
            # Closes the temporary files of the form, which no handler will do now.
            await request.close()
            raise InvalidRequest([*problems, *body_problems])
        base_url = str(request.base_url)
        handler_request = HandlerRequest(state, values, body, base_url, notes, operation.prefix)
        # Scripts of tests may block, and must not stop other requests.
        result = await run_in_threadpool(handler, handler_request)
        if isinstance(result, Response):
            return result
        return JSONResponse(result, operation.success_status)

    return endpoint


def _check_key(
    settings: ServerSettings, header: str | None, *, operation: ContractOperation
) -> None:
    scheme, _, key = (header or "").partition(" ")
    is_optional = operation.authentication == "optional"
    if operation.authentication == "none" or (is_optional and _is_anonymous(header)):
        return
    challenge = {"WWW-Authenticate": "Bearer"}
    if scheme.lower() != "bearer" or not key.strip():
        raise HTTPException(401, "Send Authorization: Bearer <API key>", challenge)
    if settings.api_key not in (None, key) or key in settings.reject_keys:
        raise HTTPException(401, "Invalid API key", challenge)


def _is_anonymous(header: str | None) -> bool:
    # The documentation of the gateway calls these anonymous. The openai package requires a key,
    # so clients without one send "vlmrun"; for System One, the official SDK sends "EMPTY".
    return header is None or header.strip() in ("", "Bearer", "Bearer vlmrun", "Bearer EMPTY")


async def _read_body(
    contract: Contract, operation: ContractOperation, request: Request
) -> tuple[Any, list[Problem]]:
    body = operation.body
    if body is None:
        return None, []
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == body.media_type == _FORM:
        return await _read_form(contract, body, request)
    data = decoded(request.headers.get("content-encoding", ""), await request.body())
    if not data:
        missing = [problem(["body"], "Field required", "missing")]
        return None, missing if body.required else []
    if media_type == _FORM and operation.id == "decide":
        value, problems = await json_of_form(request.headers, data)
        return value, problems or check_body(contract, body, value)
    if media_type != body.media_type:
        msg = f"Content-Type should be {body.media_type}, not {media_type or 'missing'}"
        return None, [problem(["body"], msg, "content_type")]
    value, problems = parse_json(data)
    return value, problems or check_body(contract, body, value)


async def _read_form(
    contract: Contract, body: RequestBody, request: Request
) -> tuple[Any, list[Problem]]:
    try:
        form = await request.form()
    except HTTPException as error:
        return None, [problem(["body"], error.detail, "multipart_invalid")]
    fields = dict(form)
    values = {name: "" if isinstance(value, UploadFile) else value for name, value in form.items()}
    problems = check_body(contract, body, values)
    problems += [
        problem(["body", name], "Input should be a file: a part with a filename", "file_type")
        for name in sorted(body.files & fields.keys())
        if not isinstance(fields[name], UploadFile)
    ]
    for name, value in form.multi_items():
        # The handler owns the file that it gets for each declared name; others are closed here.
        is_passed_on = name in body.files and value is fields[name]
        if isinstance(value, UploadFile) and not is_passed_on:
            await value.close()
    return fields, problems


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidRequest)
    return JSONResponse({"detail": error.problems}, 422)


async def _on_bug(request: Request, error: Exception) -> Response:
    detail = f"A bug in the mock server: {type(error).__name__}: {error}"
    return JSONResponse({"detail": detail}, 500)
