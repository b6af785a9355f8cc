"""Merging of an incoming document's operations into ours, under our names where we have them.

Nothing is removed because the incoming document lacks it: the official document is known to omit
parts of the service, such as other hosts and newer fields.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from scripts.openapi.document import (
    METHODS,
    mapping,
    operations,
    path_template,
    path_variables,
    sequence,
    target,
)
from scripts.update.derive_new_names import (
    free_operation_name,
    plain_name,
    sentence,
)
from scripts.update.merge_schemas import SchemaMerger
from scripts.update.normalize_operations import JSON, NormalDocument
from scripts.update.order_unions import order_unions
from scripts.update.schema_style import (
    FREE_OBJECT,
    NULL,
    SIMPLE_TYPES,
    Object,
    free_object,
    ref_to,
)
from scripts.update.update_report import UpdateReport

ANY_JSON = "JSONValue"
# Marks operations without a method of the client; `vlmrun.operations()` lists them.
LOW_LEVEL = "x-low-level-only"
_MAX_ROUNDS = 3
_ALIKE = "unions whose variants nothing distinguishes; the first that fits is used"
_ERROR = "ErrorResponse"
_BEARER = "HTTPBearer"
_STANDARD_RESPONSES = {
    "401": "Unauthorized",
    "402": "PaymentRequired",
    "403": "Forbidden",
    "404": "NotFound",
    "422": "UnprocessableEntity",
    "429": "TooManyRequests",
    "5XX": "ServerFailure",
}


def merge(
    current: Object, source: Object, incoming: NormalDocument, *, remove: bool
) -> tuple[Object, UpdateReport]:
    """Merge a document into ours.

    Args:
        current: Our document.
        source: The incoming document, for its version and its tags.
        incoming: The same in the form of openapi.yaml.
        remove: Whether to remove operations that it lacks.
    """
    # The first run finds out which schemas are the same, so that new ones can refer to ours.
    first = _Merger(deepcopy(current), source, deepcopy(incoming), {})
    first.run(remove=False)
    known = first.schemas.matches()
    merged, report = _Merger(deepcopy(current), source, incoming, known).run(remove=remove)
    # What was merged can cause more changes: schemas that are no longer in responses, for example.
    for _ in range(_MAX_ROUNDS):
        before = deepcopy(merged)
        merged, _ = _Merger(merged, source, deepcopy(incoming), {}).run(remove=False)
        if merged == before:
            break
    return merged, report


class _Merger:
    def __init__(
        self, document: Object, source: Object, incoming: NormalDocument, known: dict[str, str]
    ) -> None:
        self._document = document
        self._source = source
        self._incoming = incoming
        self._report = UpdateReport(total=len(list(operations(document))))
        for text, subject in incoming.notes:
            self._report.add("left_out", text, subject)
        self.schemas = SchemaMerger(document, incoming, self._report, known)
        self._paths: Object = document["paths"]
        self._our_paths = {path_template(path): path for path in self._paths}
        self._ids = {plain_name(each.id) for each in operations(document)}

    def run(self, *, remove: bool) -> tuple[Object, UpdateReport]:
        self._document["info"]["version"] = str(self._source["info"].get("version", ""))
        seen: set[tuple[str, str]] = set()
        for each in operations({"paths": self._incoming.paths}):
            path = self._our_paths.get(path_template(each.path), each.path)
            seen.add((path, each.method))
            _rename_variables(each.value, each.path, path)
            if each.method in self._paths.get(path, {}):
                self._report.found += 1
                self._merge_operation(each.value, self._paths[path][each.method])
            else:
                self._add_operation(path, each.method, each.value)
        self.schemas.merge_matches()
        self.schemas.relax_received(self._document)
        self._handle_missing(seen, remove=remove)
        self._order_unions()
        return self._document, self._report

    def _order_unions(self) -> None:
        holders = ((each.id, each.value) for each in operations(self._document))
        for name, holder in (*self.schemas.ours.items(), *holders):
            if order_unions(self.schemas.ours, holder):
                self._report.add("left_out", _ALIKE, name)

    def _merge_operation(self, their: Object, our: Object) -> None:
        if their.get("deprecated"):
            _insert_after(our, "description", "deprecated", True)
        self._merge_parameters(their, our)
        self._merge_body(their, our)
        self._merge_responses(their, our)

    def _merge_parameters(self, their: Object, our: Object) -> None:
        listed = sequence(our.get("parameters"))
        known = {
            (each["in"], each["name"]): at for at, each in enumerate(map(self._follow, listed))
        }
        for each in sequence(their.get("parameters")):
            at = known.get((each["in"], each["name"]))
            if at is not None:
                self._merge_parameter(listed, at, each)
                continue
            _insert_after(our, "security", "parameters", listed)
            listed.append({**each, "schema": self.schemas.translate(each["schema"])})

    def _merge_parameter(self, listed: list[Any], at: int, their: Object) -> None:
        # A shared parameter is not changed for the other operations, but copied.
        shared = self._follow(listed[at])
        our = deepcopy(shared) if "$ref" in listed[at] else shared
        self.schemas.merge(our, "schema", their["schema"])
        required = bool(their.get("required"))
        if required != bool(our.get("required")):
            our.pop("required", None)
            if required:
                _insert_after(our, "in", "required", True)
        if their.get("deprecated"):
            our["deprecated"] = True
        if our != shared:
            listed[at] = our

    def _merge_body(self, their: Object, our: Object) -> None:
        body = their.get("requestBody")
        if body is None:
            return
        if "requestBody" not in our:
            keys = list(our)
            before = keys[keys.index("responses") - 1]
            _insert_after(our, before, "requestBody", self._translate_content(body))
            return
        (media, entry), mine = next(iter(body["content"].items())), our["requestBody"]
        if media in mine["content"]:
            self.schemas.merge(mine["content"][media], "schema", entry["schema"])
        else:
            mine["content"] = self._translate_content(body)["content"]

    def _merge_responses(self, their: Object, our: Object) -> None:
        mine = our["responses"]
        good = next((status for status in mine if status[0] == "2"), "")
        for status, response in their["responses"].items():
            known = good if status == "default" and good else status
            if known in mine:
                for media, entry in mapping(response.get("content")).items():
                    self._merge_content(mine[known], media, entry)
            elif status[0] == "2" or f"{status[0]}XX" not in mine:
                result = self._translate_response(status, response)
                if status[0] not in "45" and "content" in result:
                    result["content"] = self._readable(result["content"])
                mine[status] = result
        our["responses"] = dict(sorted(mine.items()))

    def _merge_content(self, our: Object, media: str, entry: Object) -> None:
        content = our.setdefault("content", {})
        if media in content:
            self.schemas.merge(content[media], "schema", entry["schema"])
        elif entry["schema"]:
            content[media] = {"schema": self.schemas.translate(entry["schema"])}
            # The generator reads the first content type.
            our["content"] = dict(sorted(content.items(), key=lambda each: each[0] != JSON))
        if not content:
            del our["content"]

    def _add_operation(self, path: str, method: str, their: Object) -> None:
        id, tag = their["operationId"], their["tags"][0]
        item = self._path_item(path)
        # FastAPI can serve several methods of a path by one function.
        suffixes = [method, tag] if {*METHODS} & item.keys() else [tag]
        name = free_operation_name(id, suffixes, self._ids)
        self._ids.add(plain_name(name))
        standard = mapping(self._document["components"].get("responses"))
        item[method] = {
            "operationId": name,
            "tags": [tag],
            "description": their["description"],
            LOW_LEVEL: "No method of its own yet.",
            "security": [self._schemes(each) for each in their["security"]],
            "responses": {
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in _STANDARD_RESPONSES.items()
                if name in standard and (status != "404" or path_variables(path))
            },
        }
        self._merge_operation(their, item[method])
        self._describe_tag(tag)
        self._report.added.append(f"{name}: {method.upper()} {path}, tag {tag}")

    def _translate_content(self, holder: Object) -> Object:
        content = {
            media: {**entry, "schema": self.schemas.translate(entry["schema"])}
            for media, entry in mapping(holder.get("content")).items()
        }
        return {**holder, "content": content} if content else dict(holder)

    def _translate_response(self, status: str, their: Object) -> Object:
        result = self._translate_content(their)
        if status[0] == "4" and _ERROR in self.schemas.ours:
            result["content"] = {JSON: {"schema": ref_to(_ERROR)}}
        return result

    def _readable(self, content: Object) -> Object:
        """Return content without empty schemas, for which the generated client returns None."""
        if all(entry["schema"] for entry in content.values()):
            return content
        if FREE_OBJECT not in self.schemas.ours:
            self.schemas.insert(FREE_OBJECT, free_object())
        if ANY_JSON not in self.schemas.ours:
            simple = [{"type": each} for each in SIMPLE_TYPES]
            any_of = [ref_to(FREE_OBJECT), {"type": "array", "items": {}}, *simple, NULL]
            self.schemas.insert(ANY_JSON, {"description": "Any JSON.", "anyOf": any_of})
        any_json = {"schema": ref_to(ANY_JSON)}
        return {media: entry if entry["schema"] else any_json for media, entry in content.items()}

    def _path_item(self, path: str) -> Object:
        """Return a path's operations; a new path goes behind the last of the same resource."""
        self._our_paths.setdefault(path_template(path), path)
        if path not in self._paths:
            first = path.split("/")[1]
            same = [each for each in self._paths if each.split("/")[1] == first]
            _insert_after(self._paths, same[-1] if same else "", path, {})
        item: Object = self._paths[path]
        return item

    def _schemes(self, requirement: Object) -> Object:
        result: Object = {}
        ours = self._document["components"].setdefault("securitySchemes", {})
        for name, scopes in requirement.items():
            scheme = mapping(self._incoming.security.get(name))
            is_bearer = str(scheme.get("scheme", "")).lower() == "bearer" or not scheme
            if _BEARER in ours and (is_bearer or scheme.get("type") in ("oauth2", "openIdConnect")):
                result[_BEARER] = []
            elif scheme:
                ours.setdefault(name, deepcopy(scheme))
                result[name] = list(scopes)
        return result

    def _describe_tag(self, tag: str) -> None:
        tags = self._document.setdefault("tags", [])
        if any(each["name"] == tag for each in tags):
            return
        theirs = [each for each in self._source.get("tags", []) if each.get("name") == tag]
        written = theirs[0].get("description") if theirs else None
        description = str(written or sentence(tag)).strip()
        tags.append({"name": tag, "description": description})

    def _follow(self, value: Object) -> Object:
        return mapping(target(self._document, value))

    def _handle_missing(self, seen: set[tuple[str, str]], *, remove: bool) -> None:
        for each in list(operations(self._document)):
            # An operation with its own URL is on a host that the document does not describe.
            if (each.path, each.method) in seen or "servers" in each.value:
                continue
            (self._report.removed if remove else self._report.missing).append(each.id)
            if remove:
                del self._paths[each.path][each.method]
                if not {*METHODS} & self._paths[each.path].keys():
                    del self._paths[each.path]


def _rename_variables(operation: Object, path: str, ours: str) -> None:
    names = dict(zip(path_variables(path), path_variables(ours), strict=True))
    for parameter in sequence(operation.get("parameters")):
        if parameter["in"] == "path":
            parameter["name"] = names.get(parameter["name"], parameter["name"])


def _insert_after(owner: Object, before: str, key: str, value: Any) -> None:
    """Insert a key behind another one, or at the end."""
    if key in owner:
        return
    keys = list(owner)
    at = keys.index(before) + 1 if before in keys else len(keys)
    later = {each: owner.pop(each) for each in keys[at:]}
    owner[key] = value
    owner.update(later)
