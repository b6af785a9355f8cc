"""Verification of a merge: how the new openapi.yaml differs from the document that went into it.

The comparison is the one of `make spec-diff`, so that no difference depends on what the merge knows
about itself. Each difference is put into the report, under what it means for a caller. What a
client would send in another form than the document describes is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy

from scripts.openapi.document import Finding, mapping, operations, resolve, sequence
from scripts.openapi.relations import Relation
from scripts.spec_diff.change import Change, Changes
from scripts.spec_diff.operation_changes import OperationComparison
from scripts.spec_diff.schema_changes import SchemaComparison
from scripts.spec_diff.security_and_server_changes import compare_security
from scripts.spec_diff.spec import REQUEST, Spec
from scripts.update.derive_new_names import short_path
from scripts.update.merge_operations import ANY_JSON
from scripts.update.schema_style import Object
from scripts.update.update_report import UpdateReport

# The client would send something else than the document describes, whatever the caller passes.
_REFUSED = ("style-changed", "explode-changed", "encoding-changed")
# docs/maintaining.md describes these conversions.
_CONVERTED = {
    "default-changed": "defaults that are left to the service",
    "discriminator-changed": "unions without the discriminator, whose variants have constants",
    "error-added": "error responses that are described as in other operations",
    "operation-renamed": "operationIds that became the names of functions",
    "path-parameter-renamed": "variables of paths with another name",
    "request-body-became-required": "optional request bodies that are required, but may be empty",
}
_OPENED_KINDS = ("nullable-added", "enum-dropped", "field-became-optional", "type-changed")
_OPENED = "places in responses where more can be read than the document describes"
_CONSTANTS = "fields that are required because their constants distinguish the variants of a union"
_KEPT = {
    "field-added": "fields",
    "parameter-added": "parameters",
    "required-field-added": "required fields",
    "required-parameter-added": "required parameters",
    "required-request-body-added": "required request bodies",
    "request-body-added": "request bodies",
    "success-added": "responses",
}
_LEFT_OUT = {
    "field-removed": "fields, which can be sent and read as additional properties",
    "parameter-removed": "parameters that cannot be generated, or that the client sends itself",
    "request-body-removed": "request bodies",
}


def verify(
    source: Object, contract: Object, prefix: str, report: UpdateReport
) -> Iterator[Finding]:
    """Put all differences into the report; yield those that cannot be accepted.

    Args:
        source: The incoming document, after the overlay.
        contract: The new openapi.yaml.
        prefix: What the paths of the document have, and those of openapi.yaml lack.
        report: Gets an entry for each difference.

    Raises:
        RecursionError: A document is nested too deeply.
    """
    old, new = (
        Spec(_by_effect(source, _described), "SPEC"),
        Spec(_by_effect(contract, _sent), "openapi.yaml"),
    )
    for change in _differences(old, new, prefix, report):
        if change.kind in _REFUSED:
            reason = f"the client would send {change.subject} in another form ({change.text})"
            yield Finding(change.old or "", reason, "describe it otherwise, or in the overlay")
        else:
            section, text = _classify(change, new)
            report.add(section, text, change.subject)


def _differences(old: Spec, new: Spec, prefix: str, report: UpdateReport) -> list[Change]:
    ours = {(each.method, each.template): each for each in new.endpoints}
    changes = Changes()
    # Schemas have no names here: whatever the merge calls them, they are compared where they are.
    comparison = SchemaComparison(old, new, {})
    for each in old.endpoints:
        endpoint = ours.get((each.method, short_path(each.template, prefix)))
        if endpoint is None:
            report.add("left_out", "operations", f"{each.method.upper()} {each.path}")
            continue
        OperationComparison(comparison, each, endpoint, changes).compare(is_moved=True)
        compare_security(each, endpoint, changes)
        own = each.node if "servers" in each.node.value else each.item
        if own.at("servers").value and not endpoint.node.at("servers").value:
            urls = ", ".join(str(server.at("url").value) for server in own.at("servers").entries())
            text = f"servers of their own ({urls}); the client sends them to its base URL"
            report.add("left_out", text, endpoint.id)
    known = {str(each.at("url").value).rstrip("/") for each in new.root.at("servers").entries()}
    for server in old.root.at("servers").entries():
        url = str(server.at("url").value).rstrip("/")
        if url and url not in known and f"{url}{prefix}" not in known:
            report.add("left_out", "servers that openapi.yaml does not have", url)
    return changes.sorted()


def _classify(change: Change, new: Spec) -> tuple[str, str]:
    """Return the section of the report for a change, and what to say about it there."""
    kind, text, relation = change.kind, change.text, change.relation
    if kind in _CONVERTED:
        return "converted", _CONVERTED[kind]
    if kind == "field-became-required" and "const" in mapping(
        resolve(new.root.value, change.new or "")
    ):
        return "converted", _CONSTANTS
    if kind in _KEPT or kind.endswith(("type-added", "value-added")) or text.startswith("anything"):
        return "kept", _KEPT.get(kind, text)
    # An additional field or variant is not counted as more values, though it is accepted.
    is_accepted = kind in ("alternative-added", "additional-properties-changed")
    is_wider = relation is Relation.WIDER or is_accepted
    if is_wider and REQUEST in change.directions:
        return "looser", text
    is_rewritten = kind == "alternative-removed" and relation is Relation.EQUAL
    if is_accepted or is_rewritten or (is_wider and kind in _OPENED_KINDS):
        return "converted", _OPENED
    return "left_out", _LEFT_OUT.get(kind, text)


def _by_effect(document: Object, scheme_name: Callable[[Object], str]) -> Object:
    """Return a copy of a document that describes what is sent and read, without its names."""
    result = deepcopy(document)
    components = mapping(result.get("components"))
    if ANY_JSON in mapping(components.get("schemas")):
        components["schemas"][ANY_JSON] = {}
    schemes = {
        name: scheme_name(mapping(scheme))
        for name, scheme in mapping(components.get("securitySchemes")).items()
    }
    for holder in (result, *(each.value for each in operations(result))):
        for requirement in sequence(holder.get("security")):
            named: dict[str, list[str]] = {schemes.get(name, name): [] for name in requirement}
            requirement.clear()
            requirement.update(named)
    return result


def _sent(scheme: Object) -> str:
    """Return what the client sends, regardless of the scheme in openapi.yaml."""
    return "Authorization: Bearer"


def _described(scheme: Object) -> str:
    """Return what a security scheme requires a client to send."""
    if scheme.get("type") == "apiKey":
        return f"{scheme.get('in')} {scheme.get('name')}"
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return _sent(scheme)
    return str(scheme.get("scheme") or scheme.get("type"))
