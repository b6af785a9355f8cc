"""The types as fields of a user's pydantic models; pydantic itself is not a dependency."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from vlmrun.types import AgentExecutionResponse, AgentSkill, FileUrl, ImageRef, MessageContent

pydantic = pytest.importorskip("pydantic")


class Report(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    cover: ImageRef
    pages: list[ImageRef] = pydantic.Field(default_factory=list)
    file: MessageContent | None = None
    source: FileUrl | str = "unknown"
    anything: Any = None


def test_users_models_convert_dicts_and_keep_instances() -> None:
    cover = ImageRef(id="img_abc123")

    report = Report(cover=cover, pages=[{"id": "img_def456"}], source={"url": "https://a.b"})

    assert report.cover is cover
    assert report.pages == [ImageRef(id="img_def456")]
    assert report.source == FileUrl(url="https://a.b")
    assert Report(cover=cover, source="by hand").source == "by hand"


def test_an_invalid_value_is_a_validation_error_with_our_message() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Report(cover={"id": "nonsense"}, file={"type": "txt"})

    assert isinstance(caught.value, ValueError)
    assert [error["loc"] for error in caught.value.errors()] == [("cover",), ("file",)]
    assert "Did you mean 'text'?" in str(caught.value)


def test_dumps_follow_pydantics_options() -> None:
    report = Report(
        cover={"id": "img_abc123"},
        file={"type": "text", "text": "x"},
        anything=FileUrl(url="http://a"),
    )

    assert report.model_dump(exclude_none=True) == {
        "cover": {"id": "img_abc123"},
        "pages": [],
        "file": {"type": "text", "text": "x"},
        "source": "unknown",
        "anything": {"url": "http://a"},
    }
    assert report.model_dump()["file"]["file_url"] is None
    assert report.model_dump(mode="json")["anything"] == {"url": "http://a"}
    assert Report.model_validate_json(report.model_dump_json()).file == report.file


def test_received_types_are_read_tolerantly_in_users_models() -> None:
    adapter = pydantic.TypeAdapter(AgentExecutionResponse)

    execution = adapter.validate_python({"id": "e", "status": "new", "more": 1, "usage": None})

    assert (execution.status, execution.model_extra) == ("new", {"more": 1})
    assert adapter.dump_python(execution, mode="json")["usage"]["duration_seconds"] == 0


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_of_a_users_model_lists_our_types_by_name(mode: Any) -> None:
    schema = Report.model_json_schema(mode=mode)

    assert set(schema["$defs"]) >= {"ImageRef", "MessageContent", "FileUrl", "ImageUrl"}
    assert schema["properties"]["cover"] == {"$ref": "#/$defs/ImageRef"}
    assert schema["$defs"]["ImageRef"] == {
        "title": "ImageRef",
        "type": "object",
        "properties": {"id": {"title": "Id", "type": "string", "pattern": r"^img_\w{6}$"}},
        "required": ["id"],
    }


def test_the_json_schema_of_a_type_adapter_lists_our_types_by_name() -> None:
    assert "ImageRef" in pydantic.TypeAdapter(list[ImageRef]).json_schema()["$defs"]


def test_model_json_schema_and_model_fields_of_our_types() -> None:
    schema = MessageContent.model_json_schema()

    assert schema["required"] == ["type"]
    assert schema["$defs"]["FileUrl"]["properties"]["url"]["pattern"] == "^https?://.+"
    assert list(ImageRef.model_fields) == ["id"]
    assert AgentSkill.model_fields["skill_id"].default is None
    assert AgentExecutionResponse.model_fields["id"].is_required()


def test_a_json_schema_has_only_the_first_line_of_the_docstring() -> None:
    assert ">>>" not in str(MessageContent.model_json_schema())


def test_a_subclass_has_its_own_schema() -> None:
    class Labeled(ImageRef):
        label: str

    class Album(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        images: list[Labeled]

    Album.model_rebuild(_types_namespace={"Labeled": Labeled})

    assert Labeled.model_json_schema()["required"] == ["id", "label"]
    assert "Labeled" in Album.model_json_schema()["$defs"]
    assert Album(images=[{"id": "img_abc123", "label": "x"}]).images[0].label == "x"


@pytest.mark.slow
def test_without_pydantic_everything_but_schemas_works() -> None:
    program = """
import sys
sys.modules["pydantic"] = sys.modules["pydantic_core"] = None
from vlmrun.errors import DependencyError
from vlmrun.types import AgentSkill, ImageRef
assert AgentSkill(skill_name="a").model_dump(exclude_none=True)["skill_name"] == "a"
assert not hasattr(ImageRef, "__pydantic_serializer__")
for use in (ImageRef.model_json_schema, lambda: ImageRef.model_fields):
    try:
        use()
    except DependencyError as error:
        assert "pip install pydantic" in str(error), error
        assert isinstance(error, ImportError)
    else:
        raise SystemExit("no error")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
