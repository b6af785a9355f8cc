"""The index of resources and public types that `scripts.generate` builds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.generate.failure import GenerationError
from scripts.generate.index import build_index
from tests.scripts.project_copy import write_files

RESOURCES = {
    "shop.py": '''\
class Helper:
    """Not a resource."""


class Shop:
    """Buy "things".

    At length.
    """

    _attribute = "shop"
''',
    "_base.py": """\
class Base:
    _attribute: str
""",
    "aisles.py": """\
from typing import ClassVar


class Aisles:
    _attribute: ClassVar = "aisles"
""",
}
TYPES = {
    "goods.py": '__all__ = ["Apple", "Weight"]\n\nWeight = float\n\n\nclass Apple: ...\n',
    "bills.py": '__all__: list[str] = ["Bill"]\n\n\nclass Bill: ...\n\n\nclass Hidden: ...\n',
    "_private.py": '__all__ = ["Secret"]\n',
    "__init__.py": "",
}

SHOP = """\
# Derived from _async/*.py by `make generate`. Do not edit.
\"\"\"The resources of a client, each created when it is first used.\"\"\"

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmrun._cached_properties import resource_property as cached_property

if TYPE_CHECKING:
    from vlmrun._async.context import ClientContext
    from vlmrun._async.aisles import Aisles
    from vlmrun._async.shop import Shop


class Resources:
    \"\"\"The attributes of a client that are resources.\"\"\"

    _context: ClientContext

    @cached_property
    def aisles(self) -> Aisles:
        \"\"\"\"\"\"
        from vlmrun._async.aisles import Aisles

        return Aisles(self._context)

    @cached_property
    def shop(self) -> Shop:
        \"\"\"Buy \\"things\\".\"\"\"
        from vlmrun._async.shop import Shop

        return Shop(self._context)
"""
HOMES = {"Apple": "goods", "Bill": "bills", "Weight": "goods"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Create a folder with resources and types, but without an index."""
    write_files(tmp_path / "_async", RESOURCES)
    write_files(tmp_path / "types", TYPES)
    return tmp_path


def build(project: Path) -> Path:
    """Build the index; return its folder."""
    build_index(project / "_async", project / "types", project / "_index")
    return project / "_index"


def test_a_client_has_each_resource_under_its_attribute(project: Path) -> None:
    index = build(project)
    assert (index / "resources_async.py").read_text("utf-8") == SHOP
    sync = (index / "resources_sync.py").read_text("utf-8")
    assert sync == SHOP.replace("vlmrun._async", "vlmrun._sync")


def test_each_public_type_has_its_module(project: Path) -> None:
    text = (build(project) / "types.py").read_text("utf-8")
    assert text.startswith("# Derived from types/*.py by `make generate`. Do not edit.\n")
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    assert namespace["HOMES"] == HOMES
    for name, module in HOMES.items():
        assert f"    from vlmrun.types.{module} import {name} as {name}\n" in text


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("_async/twice.py", 'class Twice:\n    _attribute = "shop"\n', "two modules define shop"),
        ("types/twice.py", '__all__ = ["Bill", "Apple"]\n', "two modules define Apple, Bill"),
        ("_async/broken.py", "class (:\n", "broken.py: not Python: "),
        ("types/broken.py", "__all__ = [\n", "broken.py: not Python: "),
        ("types/broken.py", "\0", "broken.py: not Python: "),
        ("types/made.py", '__all__ = [*"ab"]\n', "made.py: __all__ is not a literal"),
        (
            "_async/made.py",
            "class A:\n    _attribute = B\n",
            "made.py: _attribute is not a literal",
        ),
        (
            "_async/odd.py",
            'class Odd:\n    _attribute = "my-shop"\n',
            "'my-shop' is not a valid Python name",
        ),
        ("types/odd.py", '__all__ = ["class"]\n', "'class' is not a valid Python name"),
    ],
)
def test_invalid_sources_are_refused(project: Path, name: str, text: str, message: str) -> None:
    (project / name).write_text(text, "utf-8")
    with pytest.raises(GenerationError, match=re.escape(message)):
        build(project)


@pytest.mark.parametrize("folder", ["_async", "types"])
def test_a_source_without_names(project: Path, folder: str) -> None:
    shutil.rmtree(project / folder)
    message = f"{project / folder}: no module defines a name"
    with pytest.raises(GenerationError, match=re.escape(message)):
        build(project)
