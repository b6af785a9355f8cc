"""The WebSocket routes of the gateway."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from vlmrun.testing.contract.openapi import Contract
from vlmrun.testing.generation.session_frames import SessionLimits
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.sessions import DecisionSession, ResultSession, SessionHandler
from vlmrun.testing.http.session import ServerSession
from vlmrun.testing.recorded_requests import NOTES_KEY
from vlmrun.testing.state.store import State

# The names of the routes, for faults and recorded requests.
SESSION_OPERATIONS = ("stream_frames", "stream_decisions", "stream_decisions_formerly")


def session_routes(contract: Contract) -> list[WebSocketRoute]:
    """Return the routes of realtime sessions and of System One, and the former one of the latter.

    Args:
        contract: The schemas of the messages.
    """

    def route(path: str, name: str, handler_class: type[SessionHandler]) -> WebSocketRoute:
        async def endpoint(websocket: WebSocket) -> None:
            state: State = websocket.app.state.server
            limits: SessionLimits = state.session_limits
            is_refused = _refusal(websocket, state)
            if is_refused is not None:
                await websocket.send_denial_response(is_refused)
                return
            if limits.older_dialect and name == "stream_decisions":
                await websocket.close()  # as for a path that does not exist
                return
            notes: list[str] = websocket.scope[NOTES_KEY]
            request = HandlerRequest(state, {}, {}, str(websocket.base_url), notes)
            handler = handler_class(request, path)
            await ServerSession(
                websocket, contract, limits, handler, not limits.older_dialect
            ).run()

        return WebSocketRoute(path, endpoint, name=name)

    realtime, decisions, former = SESSION_OPERATIONS
    return [
        route(f"{contract.gateway_path}/ws", realtime, ResultSession),
        route(f"{contract.gateway_path}/ws/systemone", decisions, DecisionSession),
        route(f"{contract.systemone_path}/typesafe/ws", former, DecisionSession),
    ]


def _refusal(websocket: WebSocket, state: State) -> Any:
    """Return the response to a handshake without a valid API key."""
    settings = state.settings
    scheme, _, key = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or key.strip() in ("", "vlmrun", "EMPTY"):
        return JSONResponse({"detail": "Sessions need an API key"}, 401)
    if settings.api_key not in (None, key) or key in settings.reject_keys:
        return JSONResponse({"detail": "Invalid API Key"}, 403)
    return None
