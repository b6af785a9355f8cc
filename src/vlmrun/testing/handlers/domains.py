"""Domains and the hub: domains of predictions, and the schemas of their responses."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun._messages import did_you_mean
from vlmrun.testing.generation.domain_schemas import VERSION, schema_response, select_fields
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.domains import Domain, all_domains

__all__ = [
    "get_domain_schema",
    "get_hub_info",
    "get_hub_schema",
    "list_domains",
    "list_hub_domains",
]


def list_domains(request: HandlerRequest) -> list[dict[str, Any]]:
    """List all domains."""
    return [
        {"domain": each.name, "description": each.description}
        for each in all_domains(request.state).values()
    ]


def get_domain_schema(request: HandlerRequest) -> dict[str, Any]:
    """Return the schema of a domain, reduced to the fields of a GraphQL selection."""
    domain = find_domain(request, request.body["domain"])
    config = request.body.get("config") or {}
    gql_stmt = request.body.get("gql_stmt") or config.get("gql_stmt")
    schema = config.get("json_schema") or domain.json_schema or {}
    return schema_response(domain.name, select_fields(schema, gql_stmt), domain.description)


def get_hub_info(request: HandlerRequest) -> dict[str, Any]:
    """Return the version of the schemas."""
    return {"version": VERSION}


def list_hub_domains(request: HandlerRequest) -> list[dict[str, Any]]:
    """List all domains with their supported inputs."""
    return [
        {
            "domain": each.name,
            "description": each.description,
            "supported_inputs": list(each.inputs),
        }
        for each in all_domains(request.state).values()
    ]


def get_hub_schema(request: HandlerRequest) -> dict[str, Any]:
    """Return the schema of a domain; the hub has the same domains."""
    return get_domain_schema(request)


def find_domain(request: HandlerRequest, name: str) -> Domain:
    """Return the domain with this name.

    A server that is not strict accepts an unknown domain, which has no schema.

    Raises:
        HTTPException: 404, there is no such domain.
    """
    domains = all_domains(request.state)
    if name in domains:
        return domains[name]
    if request.accepts_unknown(f"The domain {name!r}"):
        return Domain(name, None, "Unknown to the mock server")
    hint = did_you_mean(name, domains)
    raise HTTPException(
        404,
        f"There is no domain {name!r}.{hint} Add it with server.add_domain or --domain",
    )
