"""`SchemaResponse`: a schema and its class, with and without pydantic."""

from __future__ import annotations

import copy
import pickle

import pytest

from vlmrun.errors import DependencyError, ResponseDecodeError
from vlmrun.types import HubSchemaResponse, SchemaResponse

FIELDS = {"schema_version": "1.0.0", "schema_hash": "abc", "gql_stmt": "{ a }"}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize("cls", [SchemaResponse, HubSchemaResponse])
def test_response_model_of_a_schema_response(cls: type[SchemaResponse]) -> None:
    schema = cls(domain="document.bank-statement", json_schema=SCHEMA, **FIELDS)
    assert (schema.version, schema.hash) == ("1.0.0", "abc")
    assert schema.response_model.__name__ == "BankStatement"
    assert schema.response_model is schema.response_model
    assert schema.response_model(a=1).a == 1
    assert schema.model_json_schema() == SCHEMA
    assert cls.model_json_schema()["title"] == cls.__name__
    assert "gql_stmt" in cls.model_json_schema()["properties"]
    for copied in (pickle.loads(pickle.dumps(schema)), copy.deepcopy(schema), copy.copy(schema)):
        assert copied == schema
        assert copied.response_model(a=1).a == 1
    assert cls.model_validate(schema.model_dump()) == schema


def test_a_schema_response_without_a_schema_has_no_response_model() -> None:
    from vlmrun.types._base import read

    with pytest.raises(ResponseDecodeError, match=r"no JSON schema for document\.x"):
        read(SchemaResponse, {"domain": "document.x"}).response_model


@pytest.mark.usefixtures("without_pydantic")
def test_without_pydantic_response_model_names_the_package_to_install() -> None:
    schema = SchemaResponse(domain="document.x", json_schema=SCHEMA, **FIELDS)
    assert schema.json_schema == SCHEMA
    with pytest.raises(DependencyError, match=r"pip install 'pydantic>=2\.4'"):
        schema.response_model
