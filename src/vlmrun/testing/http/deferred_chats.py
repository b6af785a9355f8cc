"""Chat completions that take longer: a route that responds with 202 until they are complete."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vlmrun.testing.state.store import ServerSettings, State


def deferred_chat_route(
    prefix: str, check_key: Callable[[ServerSettings, str | None], None]
) -> Route:
    """Return the route of deferred completions, which is not part of the contract.

    Args:
        prefix: The path prefix of the API.
        check_key: Called with the Authorization header; raises if it is not accepted.
    """

    def poll(request: Request) -> Response:
        state: State = request.app.state.server
        check_key(state.settings, request.headers.get("authorization"))
        id = request.path_params["id"]
        with state.lock:
            completion = state.table("completions").get(id)
            polls_left = state.table("completion_polls").get(id, 0)
            state.table("completion_polls")[id] = polls_left - 1
        if completion is None:
            return JSONResponse({"detail": f"No chat has the id {id!r}"}, 404)
        if polls_left > 1:
            return Response(status_code=202)
        return JSONResponse(completion)

    return Route(f"{prefix}/later/{{id}}", poll, methods=["GET"], name="get_deferred_chat")
