"""A small project like this one, and its contract, for the tests of `spec_diff`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.scripts.diff_documents import I, S, content, obj, operation, ref
from tests.scripts.project_copy import write_files

TYPES, RESOURCE = "src/vlmrun/types/things.py", "src/vlmrun/_async/resources/things.py"
CLIENT, CONSTANTS = "src/vlmrun/_async/client.py", "src/vlmrun/constants.py"
HANDLERS, CALLS = "src/vlmrun/testing/handlers/things.py", "tests/client/test_things.py"
FIELDS = "tests/contract/test_fields.py"

FILES = {
    "src/vlmrun/__init__.py": "",
    "src/vlmrun/version.py": '__version__ = "1.0.0"\n',
    CONSTANTS: 'DEFAULT_BASE_URL = "https://a/v1"\n',
    "src/vlmrun/types/__init__.py": "",
    TYPES: """\
from typing import Any, Literal

State = Literal["new", "done"]
IS_OVER: dict[str, bool] = {"new": False, "done": True}


class Usage:
    credits: int | None = None


class Tracked:
    usage: Usage


class Thing(Tracked):
    id: str
    size: int | None = None
    kind: Literal["a", "b"] | None = None
    anything: Any = None


class Cell:
    span: int = 1


class Upload:
    name: str
""",
    "src/vlmrun/_async/__init__.py": "",
    CLIENT: """\
class Client:
    _operations = {"list_domains": "list_domains"}

    async def list_domains(self): ...
""",
    "src/vlmrun/_async/resources/__init__.py": "",
    RESOURCE: """\
from vlmrun_api.api.things import list_things
from vlmrun_api.models import ThingUpdate


class Things:
    _attribute = "things"
    _operations = {"list_things": "list", "update_thing": "update", "upload_thing": "upload"}

    async def list(self, skip: int | None = None): ...

    async def update(self, id: str, name: str | None = None): ...

    async def upload(self, upload: object): ...
""",
    "src/vlmrun/testing/__init__.py": "",
    "src/vlmrun/testing/handlers/__init__.py": "",
    HANDLERS: "def list_things(request): ...\n",
    CALLS: "CALLS = {'list_things': lambda client, data: client.things.list()}\n",
    FIELDS: """\
RENAMED = {types.Cell: models.TableCell}
WAIVED = {(types.Cell, "width"): "the former name of span"}
""",
}


def contract() -> dict[str, Any]:
    """The contract of the project, for a test to change."""
    skip = {"name": "skip", "in": "query", "schema": I}
    responses = {"200": content({"type": "array", "items": ref("Thing")})}
    update = {"required": True, **content(ref("ThingUpdate"))}
    upload = {"required": True, **content(ref("Upload"))}
    ids = {"name": "id", "in": "path", "required": True, "schema": S}
    value = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://a/v1"}],
        "paths": {
            "/things": {
                "get": operation(operationId="list_things", parameters=[skip], responses=responses),
                "post": operation(operationId="upload_thing", requestBody=upload),
            },
            "/things/{id}": {
                "parameters": [ids],
                "put": operation(operationId="update_thing", requestBody=update),
            },
            "/domains": {"get": operation(operationId="list_domains", tags=["domains"])},
        },
        "components": {
            "schemas": {
                "State": {**S, "enum": ["new", "done"]},
                "Usage": obj(credits=I),
                "Thing": obj(
                    *("id", "usage"),
                    id=S,
                    usage=ref("Usage"),
                    size={**I, "maximum": 9},
                    kind={**S, "enum": ["a", "b"]},
                    anything=S,
                    cell=ref("TableCell"),
                    state=ref("State"),
                ),
                "TableCell": obj(span=I, width=I),
                "ThingUpdate": obj(name=S),
                "Upload": obj("name", name=S, state=ref("State")),
            }
        },
    }
    return json.loads(json.dumps(value))  # in which no two parts are the same object


def create_project(folder: Path) -> Path:
    """Create the project in a folder."""
    write_files(folder, FILES)
    return folder
