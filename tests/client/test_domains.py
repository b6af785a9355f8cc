"""Domains and the hub: lists, schemas, and the classes that are made of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pydantic
import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.client.hub import get_response_model
from vlmrun.client.types import (
    DomainInfo,
    GenerationConfig,
    HubDomainInfo,
    HubSchemaResponse,
    SchemaResponse,
)
from vlmrun.errors import DependencyError, InputError, ResourceNotFoundError
from vlmrun.testing import Fault, Server

CALLS = {
    "list_domains": lambda client, data: client.list_domains(),
    "get_domain_schema": lambda client, data: client.get_schema(
        "document.invoice", GenerationConfig(gql_stmt="{ invoice_id }")
    ),
    "get_hub_info": lambda client, data: client.hub.info(),
    "list_hub_domains": lambda client, data: client.hub.list_domains(),
    "get_hub_schema": lambda client, data: client.hub.get_schema("document.invoice", "{ total }"),
}

CONTRACT = {
    "title": "Contract",
    "type": "object",
    "required": ["parties"],
    "properties": {
        "parties": {"type": "array", "items": {"$ref": "#/$defs/Party"}},
        "signed_on": {"type": "string", "format": "date"},
    },
    "$defs": {"Party": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


@pytest.fixture(autouse=True)
def domain(server: Server) -> None:
    server.add_domain("document.contract", CONTRACT, description="A contract", inputs=["document"])


def test_list_domains(client: Any) -> None:
    for domains in (client.list_domains(), client.domains.list()):
        assert all(isinstance(each, DomainInfo) for each in domains)
        names = [each.domain for each in domains]
        assert {"document.invoice", "document.contract", "image.caption"} <= set(names)
    assert {each.domain for each in client.models.list()} == set(names)


def test_get_schema(client: Any, server: Server) -> None:
    schema = client.get_schema("document.contract")
    assert server.requests[-1].json == {"domain": "document.contract"}
    assert isinstance(schema, SchemaResponse)
    assert schema.json_schema == CONTRACT == schema.model_json_schema()
    assert schema.gql_stmt == "{ parties { name } signed_on }"
    assert (schema.domain, schema.description) == ("document.contract", "A contract")
    assert (schema.version, schema.hash) == (schema.schema_version, schema.schema_hash)
    assert len(schema.hash) == 64
    assert client.domains.get_schema("document.contract") == schema


@pytest.mark.parametrize(
    "config", [GenerationConfig(gql_stmt="{ signed_on }"), {"gql_stmt": "{signed_on}"}]
)
def test_config_narrows_the_schema(client: Any, server: Server, config: Any) -> None:
    schema = client.get_schema("document.contract", config)
    sent = config.to_dict() if isinstance(config, GenerationConfig) else config
    assert server.requests[-1].json == {"domain": "document.contract", "config": sent}
    assert list(schema.json_schema["properties"]) == ["signed_on"]
    assert list(client.get_type("document.contract", config).model_fields) == ["signed_on"]


def test_an_empty_config_is_not_sent(client: Any, server: Server) -> None:
    client.get_schema("document.contract", GenerationConfig())
    assert server.requests[-1].json == {"domain": "document.contract"}


def test_get_type(client: Any) -> None:
    contract = client.get_type("document.contract")
    assert issubclass(contract, pydantic.BaseModel)
    assert (contract.__name__, list(contract.model_fields)) == (
        "Contract",
        ["parties", "signed_on"],
    )
    value = contract(parties=[{"name": "x", "name_metadata": {"confidence": "hi"}}], extra=1)
    assert value.parties[0].name == "x"
    assert contract.model_json_schema() == CONTRACT
    assert client.domains.get_type("document.contract") is contract
    assert client.get_schema("document.contract").response_model is contract
    assert client.with_options(timeout=7).get_type("document.contract") is contract


def test_domain_class_can_be_a_response_model(client: Any, server: Server) -> None:
    contract = client.get_type("document.contract")
    config = GenerationConfig(response_model=contract)
    prediction = client.document.generate(
        url="https://example.com/a.pdf", domain="document.contract", config=config
    )
    assert server.requests[-1].json["config"] == {"json_schema": CONTRACT}
    assert type(prediction.parsed) is contract


def test_a_schema_that_changes_gives_another_class(client: Any, server: Server) -> None:
    before = client.get_type("document.contract")
    server.add_domain("document.contract", {**CONTRACT, "required": []})
    after = client.get_type("document.contract")
    assert after is not before
    assert after().parties is None
    with pytest.raises(pydantic.ValidationError):
        before()


def test_each_client_has_its_own_classes(client: Any, connect: Callable[..., Any]) -> None:
    one, other = client.get_type("document.contract"), connect().get_type("document.contract")
    assert one is not other


def test_the_hub(client: Any, server: Server) -> None:
    assert client.hub.info().version == "1.0.0"
    domains = {each.domain: each for each in client.hub.list_domains()}
    assert isinstance(domains["document.contract"], HubDomainInfo)
    assert domains["document.contract"].supported_inputs == ["document"]
    schema = client.hub.get_schema("document.contract")
    assert server.requests[-1].json == {"domain": "document.contract"}
    assert isinstance(schema, HubSchemaResponse)
    assert (schema.json_schema, schema.json_sample) == (CONTRACT, None)
    assert client.hub.get_pydantic_model("document.contract").__name__ == "Contract"
    narrow = client.hub.get_schema("document.contract", gql_stmt="{ parties }")
    assert server.requests[-1].json == {"domain": "document.contract", "gql_stmt": "{ parties }"}
    assert list(narrow.json_schema["properties"]) == ["parties"]


def test_get_response_model_of_the_official_sdk(server: Server) -> None:
    with VLMRun("key-0123456789", server.url) as client:
        contract = get_response_model(client, "document.contract", None)
        assert contract is client.get_type("document.contract")


def test_an_unknown_domain(client: Any) -> None:
    for call in (client.get_schema, client.get_type, client.hub.get_schema):
        with pytest.raises(ResourceNotFoundError, match=r"no\.domain"):
            call("no.domain")


@pytest.mark.parametrize("bad", ["", " ", None, 3])
def test_wrong_arguments_are_refused_before_anything_is_sent(
    client: Any, server: Server, bad: Any
) -> None:
    for call in (
        client.get_schema,
        client.get_type,
        client.hub.get_schema,
        client.hub.get_pydantic_model,
    ):
        with pytest.raises(InputError, match="domain"):
            call(bad)
    with pytest.raises(InputError, match=r"gql_stm.*gql_stmt"):
        client.get_schema("document.contract", {"gql_stm": "{ a }"})
    with pytest.raises(InputError, match="gql_stmt"):
        client.hub.get_schema("document.contract", 3)
    assert server.requests == []


def test_schema_requests_are_retried(client: Any, server: Server) -> None:
    server.inject(Fault("get_domain_schema", reset="after_handling"))
    server.inject(Fault("get_hub_schema", status=503, headers={"Retry-After": "0"}))
    assert client.get_schema("document.contract").json_schema == CONTRACT
    assert client.hub.get_schema("document.contract").json_schema == CONTRACT


@pytest.mark.usefixtures("without_pydantic")
def test_class_without_pydantic_sends_nothing(client: Any, server: Server) -> None:
    for call in (client.get_type, client.hub.get_pydantic_model, client.domains.get_type):
        with pytest.raises(DependencyError, match=r"pip install 'pydantic>=2\.4'"):
            call("document.contract")
    assert server.requests == []
    assert client.get_schema("document.contract").json_schema == CONTRACT


def test_p05_threads_get_the_same_classes(server: Server) -> None:
    names = [f"test.domain-{number}" for number in range(6)]
    for number, name in enumerate(names):
        properties = {f"p{number}": {"type": "integer"}}
        server.add_domain(name, {"title": f"D{number}", "type": "object", "properties": properties})
    start = threading.Barrier(12)

    with VLMRun("key-0123456789", server.url) as client:

        def fetch(number: int) -> Any:
            start.wait(10)
            return [(each, client.get_type(names[each])) for each in range(number % 6, 6)]

        with ThreadPoolExecutor(12) as pool:
            pairs = {pair for batch in pool.map(fetch, range(12)) for pair in batch}
    assert len(pairs) == 6
    for number, cls in pairs:
        assert (cls.__name__, list(cls.model_fields)) == (f"D{number}", [f"p{number}"])


def test_p05_tasks_get_the_same_classes(server: Server, run: Callable[[Any], Any]) -> None:
    async def fetch() -> set[Any]:
        async with AsyncVLMRun("key-0123456789", server.url) as client:
            calls = (client.get_type("document.contract") for _ in range(20))
            return set(await asyncio.gather(*calls))

    assert len(run(fetch())) == 1
