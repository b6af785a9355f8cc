"""A FastAPI application that shares nothing with our contract.

Each part is something that FastAPI or pydantic generates, and that openapi.yaml cannot contain.
"""

from __future__ import annotations

import warnings
from enum import Enum
from typing import Annotated, Any, Literal

from fastapi import Cookie, FastAPI, Form
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType


class Wait(BaseModel):
    kind: Literal["wait"] = "wait"
    seconds: int = 0


class Notify(BaseModel):
    kind: Literal["notify"] = "notify"
    text: str = ""


class Repeat(BaseModel):
    kind: Literal["retry", "restart"] = "retry"


class Brief(BaseModel):
    id: str


class Full(BaseModel):
    id: str
    text: str


class Opened(BaseModel):
    comment: str | None = None


class Closed(BaseModel):
    comment: str | None = None
    reason: str | None = None


class Start(BaseModel):
    at: str | None = None


class Stop(BaseModel):
    at: str | None = None
    why: str | None = None


class Status(str, Enum):
    """The small contract has an enum of the same name, with one of these values."""

    running = "running"
    waiting = "waiting"


Either = TypeAliasType("Either", Brief | Full)
Json = TypeAliasType("Json", "str | float | list[Json] | dict[str, Json]")


class Owner(BaseModel):
    """The small contract has a schema of the same name, with a field that is the same."""

    name: str | Either
    kind: Literal["person"]


class Data(BaseModel):
    status: Status
    values: Json


class Rule(BaseModel):
    owner: Owner
    actions: list[Repeat | Wait | Notify]
    mode: Annotated[Literal["auto", "none"], Field(description="Who decides.")] | str = "auto"
    window: Literal["1d", "7d"] = "1d"
    attachment: bytes | None = Field(None, json_schema_extra={"format": "binary"})


class Filter(BaseModel):
    text: str = ""


def document() -> dict[str, Any]:
    """Return what the application publishes at /openapi.json."""
    app = FastAPI(title="Rules", version="3")

    @app.post("/rules", tags=["rules"])
    def create_rule(rule: Rule, session: Annotated[str | None, Cookie()] = None) -> Rule: ...

    @app.post("/rules/search", tags=["rules"])
    def search_rules(filter: Filter | None = None) -> list[Brief | Full]: ...

    @app.get("/rules/{id}/event", tags=["rules"], operation_id="rules-get_event")
    def get_event(id: str) -> Opened | Closed: ...

    @app.post("/rules/{id}/event", tags=["rules"])
    def add_event(id: str, event: Brief | None = None) -> None: ...

    @app.get("/rules/{id}/data", tags=["rules"])
    def get_data(id: str) -> Data: ...

    @app.get("/rules/{id}/log", tags=["rules"])
    @app.get("/rules/{id}/log/", tags=["rules"])
    def get_log(id: str) -> list[Brief]: ...

    @app.api_route("/rules/{id}", methods=["PUT", "PATCH"], operation_id="switch", tags=["rules"])
    def switch_rule(id: str, change: Start | Stop) -> None: ...

    @app.get("/rules/{id}/old", tags=["rules"])
    def get_old_rule(id: str) -> Rule: ...

    @app.api_route("/rules-csv", methods=["GET", "HEAD"], tags=["rules"])
    @app.get("/rules/csv", tags=["rules"], responses={200: {"content": {"text/csv": {}}}})
    def get_table() -> Any: ...

    @app.post("/token", tags=["users"])
    def log_in(username: Annotated[str, Form()], scope: Annotated[str, Form()] = "") -> Any: ...

    @app.webhooks.post("rule-fired")
    def notify(rule: Rule) -> None: ...

    with warnings.catch_warnings():
        # FastAPI warns that all three tables have the same id.
        warnings.simplefilter("ignore")
        made: dict[str, Any] = app.openapi()
    # A proxy can publish paths under another prefix than the application does.
    made["paths"]["/policies/{id}/old"] = made["paths"].pop("/rules/{id}/old")
    return made
