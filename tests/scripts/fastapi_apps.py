"""FastAPI applications, of which each uses another part of FastAPI or pydantic."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query
from fastapi import UploadFile as Upload
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, RootModel, SecretStr
from typing_extensions import TypeAliasType

T = TypeVar("T")
K = TypeVar("K")


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog", "wolf"]
    barks: float


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class House(BaseModel):
    pets: list[Pet]
    best: Pet | None = None
    by_name: dict[str, Pet] = {}
    either: int | str | list[int] | None = None


class User(BaseModel):
    id: int
    name: str


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = None


class Pair(BaseModel, Generic[K, T]):
    first: K
    second: T


class Color(Enum):
    RED = "red"
    BLUE = "blue-ish"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Postal address")
    street: Annotated[str, Field(min_length=1, pattern=r'^\w+\s"\d\'$')]
    zip: Annotated[str, Field(alias="zipCode")]
    position: tuple[float, float] | None = None


class Person(BaseModel):
    name: str = Field(description='A "name" with \\ and a\nsecond line')
    age: Annotated[int, Field(ge=-(2**63), lt=2**63)]
    score: Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
    born: dt.date
    gap: dt.timedelta
    color: Color = Color.RED
    homes: dict[str, list[Address]] = {}
    boss: Person | None = None
    secret: SecretStr
    site: HttpUrl | None = None
    mixed: Literal[1, "a", True, None] = 1
    old: Annotated[str | None, Field(deprecated=True)] = None


class Strange(BaseModel):
    model_config = ConfigDict(extra="allow")
    class_: Annotated[str, Field(alias="class")]
    size: Annotated[str, Field(alias="größe")]
    big: int = 2**70
    dotted: Annotated[str, Field(alias="a.1")] = ""


class Tree(BaseModel):
    children: list[Tree] = []


class Names(RootModel[list[str]]):
    pass


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


def unions(app: FastAPI) -> None:
    @app.post("/houses", status_code=201)
    def create_house(house: House) -> House: ...

    @app.put("/pets/{id}")
    def put_pet(id: UUID, pet: Annotated[Pet, Body(embed=True)]) -> list[Pet]: ...

    @app.get("/mixed")
    def get_mixed() -> Cat | list[Cat] | str | None: ...


def generics(app: FastAPI) -> None:
    @app.get("/users")
    def list_users(limit: Annotated[int | None, Query(le=100)] = 20) -> Page[User]: ...

    @app.get("/pages")
    def list_pages() -> Pair[str, Page[Page[User]]]: ...

    @app.post("/search")
    def search(query: Pair[dict[str, int], list[int]]) -> Pair[str, User]: ...


def forms(app: FastAPI) -> None:
    @app.post("/upload")
    def upload(file: Upload, tags: Annotated[list[str], Form()] = []) -> dict[str, int]: ...  # noqa: B006

    @app.post("/upload-many")
    def upload_many(
        files: Annotated[list[Upload], File()], kind: Annotated[str, Form()]
    ) -> int: ...

    @app.post("/token")
    def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]: ...


def parameters(app: FastAPI) -> None:
    @app.get("/items/{item_id}")
    def get_item(
        item_id: Annotated[str, Path(pattern="^[a-z]+$")],
        sort: Annotated[list[int], Query(alias="sort[]")] = [1],  # noqa: B006
        x_token: Annotated[list[str] | None, Header()] = None,
        user_agent: Annotated[str | None, Header()] = None,
        session: Annotated[str | None, Cookie()] = None,
    ) -> str: ...


def nested(app: FastAPI) -> None:
    @app.patch("/people/{name}", response_model_exclude_none=True)
    def patch_person(name: str, person: Person) -> Person: ...

    @app.get("/levels")
    def list_levels(level: Level, color: Color | None = None) -> list[Level]: ...


def callbacks(app: FastAPI) -> None:
    events = APIRouter()

    @events.post("{$callback_url}/invoices/{$request.body.id}")
    def notify(body: User) -> None: ...

    @app.post("/invoices", callbacks=events.routes)
    def create_invoice(user: User, callback_url: HttpUrl | None = None) -> User: ...

    @app.webhooks.post("new-user")
    def on_new_user(body: User) -> None: ...


def methods(app: FastAPI) -> None:
    @app.get("/old", deprecated=True, tags=["x y"])
    def get(q: Annotated[str | None, Query(deprecated=True)] = None) -> User: ...

    @app.get("/new/{id:path}", operation_id="class")
    def import_(id: str) -> User: ...

    @app.delete("/new/{id:path}", status_code=204)
    def delete(id: str) -> None: ...

    @app.trace("/trace")
    def trace() -> str: ...


def responses(app: FastAPI) -> None:
    table: dict[int | str, Any] = {200: {"content": {"text/csv": {}, "image/png": {}}}}
    errors: dict[int | str, Any] = {409: {"model": User}, "4XX": {"model": Names}}

    @app.get("/text", response_class=PlainTextResponse)
    def get_text() -> Any: ...

    @app.get("/table", responses=table, response_class=PlainTextResponse)
    def get_table() -> Any: ...

    @app.get("/elsewhere", response_class=RedirectResponse, status_code=307)
    def get_elsewhere() -> Any: ...

    @app.post("/thing", responses=errors, status_code=202)
    def create_thing() -> User: ...


def prefixes(app: FastAPI) -> None:
    router = APIRouter(prefix="/v1/parts", tags=["parts"], dependencies=[Depends(HTTPBearer())])
    key = APIKeyHeader(name="X-API-Key")

    @router.get("/")
    @router.get("")
    def list_parts(skip: int = 0) -> list[User]: ...

    @router.get("/{part-id}")
    def get_part(id: Annotated[str, Path(alias="part-id")], k: str = Depends(key)) -> User: ...

    app.include_router(router)
    app.include_router(router, prefix="/internal")


def bodies(app: FastAPI) -> None:
    @app.post("/tree")
    def replace_tree(tree: Tree) -> Names: ...

    @app.post("/strange")
    def create_strange(strange: Strange, count: Annotated[int, Body()]) -> Strange: ...

    @app.post("/list")
    def create_list(users: list[User]) -> dict[int, User]: ...

    @app.post("/any")
    def create_any(value: Annotated[Any, Body()] = None) -> Any: ...


def rules(app: FastAPI) -> None:
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

    @app.api_route("/rules-csv", methods=["GET", "HEAD"], tags=["rules"])
    @app.get("/rules/csv", tags=["rules"], responses={200: {"content": {"text/csv": {}}}})
    def get_table() -> Any: ...

    @app.post("/token", tags=["users"])
    def log_in(username: Annotated[str, Form()], scope: Annotated[str, Form()] = "") -> Any: ...

    # A proxy can publish paths under another prefix than the application does.
    moved = {"operation_id": "get_old_rule_rules__id__old_get", "summary": "Get Old Rule"}

    @app.get("/policies/{id}/old", tags=["rules"], **moved)
    def get_old_rule(id: str) -> Rule: ...

    @app.webhooks.post("rule-fired")
    def notify(rule: Rule) -> None: ...


APPLICATIONS = {
    each.__name__: each
    for each in (
        *(unions, generics, forms, parameters, nested),
        *(callbacks, methods, responses, prefixes, bodies, rules),
    )
}


def document(name: str) -> dict[str, Any]:
    """Return what an application publishes at /openapi.json."""
    app = FastAPI(title=name, version="1")
    APPLICATIONS[name](app)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of operations with the same id
        return app.openapi()
