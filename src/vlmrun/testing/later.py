"""Where chats are that take longer: a GET of their place says whether they are there."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vlmrun.testing.state import State


def routes(state: State, prefix: str, check_key: Callable[[str | None], None]) -> list[Route]:
    """The one route, beside those of the contract; `check_key` is given the header with the key."""

    def look(request: Request) -> Response:
        check_key(request.headers.get("authorization"))
        id = request.path_params["id"]
        with state.lock:
            completion = state.table("completions").get(id)
            left = state.table("looks").get(id, 0)
            state.table("looks")[id] = left - 1
        if completion is None:
            return JSONResponse({"detail": f"No chat has the id {id!r}"}, 404)
        if left > 1:
            return Response(status_code=202)
        return JSONResponse(completion)

    return [Route(f"{prefix}/later/{{id}}", look, methods=["GET"])]
