"""From a request to its operation's handler and back: key, parameters, body, errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vlmrun.testing import later, storage
from vlmrun.testing.contract import Contract, Operation, RequestBody
from vlmrun.testing.handlers import HANDLERS
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.state import Settings, State
from vlmrun.testing.validation import (
    Invalid,
    Problem,
    check_body,
    check_parameters,
    parse_json,
    problem,
)

PREFIX = "/v1"


def make_application(contract: Contract, state: State) -> Starlette:
    """An application with a route for each operation of the contract, and the storage beside it."""
    # A path that is all letters goes before one with a parameter in its place, and HEAD before GET,
    # whose route would take it.
    operations = sorted(
        contract.operations.values(), key=lambda each: (each.path.count("{"), each.method != "HEAD")
    )
    routes = [
        Route(
            PREFIX + each.path,
            _endpoint(contract, each, state),
            methods=[each.method],
            name=each.id,
        )
        for each in operations
    ]
    chat = contract.operations["create_chat_completion"]
    elsewhere = later.routes(state, PREFIX, partial(_check_key, state.settings, chat))
    return Starlette(
        routes=[*routes, *elsewhere, *storage.routes(state)],
        exception_handlers={HTTPException: _refused, Invalid: _invalid, Exception: _broken},
    )


def _endpoint(
    contract: Contract, operation: Operation, state: State
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        _check_key(state.settings, operation, request.headers.get("authorization"))
        handler = HANDLERS.get(operation.id)
        if handler is None:
            raise HTTPException(
                501,
                f"The stand-in server does not serve {operation.id} "
                f"({operation.method} {PREFIX}{operation.path}) yet",
            )
        values, problems = check_parameters(
            contract, operation, request.path_params, request.query_params
        )
        body, faults = await _read_body(contract, operation.body, request)
        if problems or faults:
            await request.close()
            raise Invalid([*problems, *faults])
        call = Call(state, values, body, str(request.base_url))
        result = await run_in_threadpool(handler, call)
        if isinstance(result, Response):
            return result
        return JSONResponse(result, operation.success)

    return endpoint


def _check_key(settings: Settings, operation: Operation, header: str | None) -> None:
    scheme, _, key = (header or "").partition(" ")
    if operation.key == "none" or (operation.key == "optional" and _is_anonymous(header)):
        return
    challenge = {"WWW-Authenticate": "Bearer"}
    if scheme.lower() != "bearer" or not key.strip():
        raise HTTPException(401, "Send Authorization: Bearer <API key>", challenge)
    if settings.api_key not in (None, key) or key in settings.reject_keys:
        raise HTTPException(401, "Invalid API key", challenge)


def _is_anonymous(header: str | None) -> bool:
    return header is None or header.strip() in ("", "Bearer", "Bearer vlmrun")


async def _read_body(
    contract: Contract, body: RequestBody | None, request: Request
) -> tuple[Any, list[Problem]]:
    if body is None:
        return None, []
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given == body.media_type == "multipart/form-data":
        return await _read_form(contract, body, request)
    data = await request.body()
    if not data:
        missing = [problem(["body"], "Field required", "missing")]
        return None, missing if body.required else []
    if given != body.media_type:
        msg = f"Content-Type should be {body.media_type}, not {given or 'missing'}"
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
    texts = {name: "" if isinstance(value, UploadFile) else value for name, value in form.items()}
    problems = check_body(contract, body, texts)
    problems += [
        problem(["body", name], "Input should be a file: a part with a filename", "file_type")
        for name in sorted(body.files & fields.keys())
        if not isinstance(fields[name], UploadFile)
    ]
    for name, value in form.multi_items():
        # The handler takes over one file of each name that the contract has.
        is_wanted = name in body.files and value is fields[name]
        if isinstance(value, UploadFile) and not is_wanted:
            await value.close()
    return fields, problems


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, Invalid)
    return JSONResponse({"detail": error.problems}, 422)


async def _broken(request: Request, error: Exception) -> Response:
    detail = f"A bug in the stand-in server: {type(error).__name__}: {error}"
    return JSONResponse({"detail": detail}, 500)
