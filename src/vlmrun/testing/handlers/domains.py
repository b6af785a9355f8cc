"""Domains and the hub: what predictions can be made for, and the schemas of their answers."""

from __future__ import annotations

from typing import Any

from vlmrun.testing.domains import VERSION, all_domains, find_domain, narrowed, schema_answer
from vlmrun.testing.handlers.call import Call

__all__ = [
    "get_domain_schema",
    "get_hub_info",
    "get_hub_schema",
    "list_domains",
    "list_hub_domains",
]


def list_domains(call: Call) -> list[dict[str, Any]]:
    """All of them."""
    return [
        {"domain": each.name, "description": each.description}
        for each in all_domains(call.state).values()
    ]


def get_domain_schema(call: Call) -> dict[str, Any]:
    """The schema of a domain, narrowed as the configuration says."""
    domain = find_domain(call.state, call.body["domain"])
    config = call.body.get("config") or {}
    gql_stmt = call.body.get("gql_stmt") or config.get("gql_stmt")
    schema = config.get("json_schema") or domain.json_schema
    return schema_answer(domain.name, narrowed(schema, gql_stmt), domain.description)


def get_hub_info(call: Call) -> dict[str, Any]:
    """The version of the schemas."""
    return {"version": VERSION}


def list_hub_domains(call: Call) -> list[dict[str, Any]]:
    """The same domains, with what they read."""
    return [
        {
            "domain": each.name,
            "description": each.description,
            "supported_inputs": list(each.inputs),
        }
        for each in all_domains(call.state).values()
    ]


def get_hub_schema(call: Call) -> dict[str, Any]:
    """As `get_domain_schema`; the hub has the same domains."""
    return get_domain_schema(call)
