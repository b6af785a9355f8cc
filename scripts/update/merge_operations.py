"""The vendor's operations into our document; where both know an operation, its names are ours.

Nothing that the document does not mention is taken away: the vendor's is known not to say
everything (other hosts, fields that came later). What it does mention holds.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from scripts.openapi.document import METHODS, mapping, resolve, sequence
from scripts.update.derive_names import free_operation_name, sentence, shared_parts, variables, word
from scripts.update.merge_schemas import Components
from scripts.update.normalize_operations import JSON, Plain
from scripts.update.order_unions import arrange
from scripts.update.schema_style import FREE_OBJECT, NULL, REF, SIMPLE, free_object
from scripts.update.update_report import Report

ANY_JSON = "JSONValue"
# What `vlmrun.operations()` says of an operation that nobody has written a call for.
LOW_LEVEL = "x-low-level-only"
_MOST_ROUNDS = 3
_ERROR = "ErrorResponse"
_BEARER = "HTTPBearer"
_STANDARD = {
    "401": "Unauthorized",
    "402": "PaymentRequired",
    "403": "Forbidden",
    "404": "NotFound",
    "422": "UnprocessableEntity",
    "429": "TooManyRequests",
    "5XX": "ServerFailure",
}


def merge(
    current: dict[str, Any], vendor: dict[str, Any], plain: Plain, *, remove: bool
) -> tuple[dict[str, Any], Report]:
    """Our document with what the vendor's says.

    Args:
        current: Our document.
        vendor: The vendor's, for its version and its tags.
        plain: The vendor's, made plain.
        remove: Whether operations that it does not have are to go.
    """
    # Once to see which schemas are the same, so that what comes in can refer to ours.
    first = _Merge(deepcopy(current), vendor, deepcopy(plain), {})
    first.run(remove=False)
    merged, report = _Merge(deepcopy(current), vendor, plain, first.met()).run(remove=remove)
    # What came in may show more: a schema that responses have lost, for one, is only sent now.
    for _ in range(_MOST_ROUNDS):
        before = deepcopy(merged)
        merged, later = _Merge(merged, vendor, deepcopy(plain), {}).run(remove=False)
        if merged == before:
            break
        report.changed += [each for each in later.changed if each not in report.changed]
    return merged, report


class _Merge:
    def __init__(
        self,
        document: dict[str, Any],
        vendor: dict[str, Any],
        plain: Plain,
        known: dict[str, str],
    ) -> None:
        self._document = document
        self._vendor = vendor
        self._plain = plain
        self._report = Report(left_out=list(plain.notes))
        self._components = Components(document, plain, self._report, known)
        self._paths: dict[str, Any] = document["paths"]
        self._spelled = {shared_parts(path): path for path in self._paths}
        self._ids = {word(op["operationId"]) for _, _, op in self._operations()}

    def met(self) -> dict[str, str]:
        """Our names of the vendor's schemas that are ours."""
        return self._components.met()

    def run(self, *, remove: bool) -> tuple[dict[str, Any], Report]:
        self._document["info"]["version"] = str(self._vendor["info"].get("version", ""))
        seen: set[tuple[str, str]] = set()
        for path, item in self._plain.paths.items():
            for method, operation in item.items():
                known = self._spelled.get(shared_parts(path))
                seen.add((known or path, method))
                if known is not None:
                    _rename_variables(operation, path, known)
                if known is not None and method in self._paths[known]:
                    self._join(operation, self._paths[known][method])
                else:
                    self._add(known or path, method, operation)
        self._components.settle()
        self._components.open_received(self._document)
        self._handle_missing(seen, remove=remove)
        self._arrange_unions()
        return self._document, self._report

    def _arrange_unions(self) -> None:
        schemas = self._components.ours
        operations = ((each["operationId"], each) for _, _, each in self._operations())
        for name, holder in (*schemas.items(), *operations):
            if arrange(schemas, holder):
                said = f"{name}: nothing tells the kinds of a union apart"
                self._report.left_out.append(f"{said}; the first that fits is taken")

    def _operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (path, method, item[method])
            for path, item in self._paths.items()
            for method in METHODS
            if method in item
        ]

    def _join(self, their: dict[str, Any], our: dict[str, Any]) -> None:
        id = our["operationId"]
        if their.get("deprecated") and not our.get("deprecated"):
            _insert_after(our, "description", "deprecated", True)
            self._report.changed.append(f"{id}: now deprecated")
        if their["security"] and {} not in their["security"] and {} in our.get("security", []):
            self._report.kept.append(f"{id}: goes without a key, too")
        self._join_parameters(their, our, id)
        self._join_body(their, our, id)
        self._join_responses(their, our, id)

    def _join_parameters(self, their: dict[str, Any], our: dict[str, Any], id: str) -> None:
        listed = sequence(our.get("parameters"))
        known = {
            (each["in"], each["name"]): at for at, each in enumerate(map(self._follow, listed))
        }
        others = {(each["in"], each["name"]): each for each in sequence(their.get("parameters"))}
        for place, each in others.items():
            where = f"{id}, parameter {each['name']}"
            if place not in known:
                _insert_after(our, "security", "parameters", listed)
                listed.append(self._adopt_parameter(each))
                needed = ", required" if each.get("required") else ""
                self._report.changed.append(f"{where}: new{needed}")
                continue
            self._join_parameter(listed, known[place], each, where)
        gone = [name for place, name in known if (place, name) not in others]
        if gone:
            self._report.kept.append(f"{id}: the parameters {', '.join(gone)}")

    def _join_parameter(
        self, listed: list[Any], at: int, their: dict[str, Any], where: str
    ) -> None:
        shared = "$ref" in listed[at]
        before = self._follow(listed[at])
        our = deepcopy(before) if shared else before
        self._components.take(our, "schema", their["schema"], where, sent=True)
        needed = bool(their.get("required"))
        if needed != bool(our.get("required")):
            our.pop("required", None)
            if needed:
                _insert_after(our, "in", "required", True)
            self._report.changed.append(f"{where}: {'now' if needed else 'no longer'} required")
        if their.get("deprecated") and not our.get("deprecated"):
            our["deprecated"] = True
            self._report.changed.append(f"{where}: now deprecated")
        if shared and our != before:
            # Others that use the shared one are not concerned.
            listed[at] = our

    def _adopt_parameter(self, their: dict[str, Any]) -> dict[str, Any]:
        made = {**their, "schema": self._components.adopt(their["schema"])}
        shared = mapping(self._document["components"].get("parameters"))
        for name, each in shared.items():
            if all(each.get(key) == made.get(key) for key in ("name", "in", "required", "schema")):
                return {"$ref": f"#/components/parameters/{name}"}
        return made

    def _join_body(self, their: dict[str, Any], our: dict[str, Any], id: str) -> None:
        body = their.get("requestBody")
        if body is None:
            return
        if "requestBody" not in our:
            _insert_before(our, "responses", "requestBody", self._adopt_content(body))
            self._report.changed.append(f"{id}: new request body")
            return
        (media, entry), mine = next(iter(body["content"].items())), our["requestBody"]
        if media in mine["content"]:
            where = f"{id}, request body"
            self._components.take(
                mine["content"][media], "schema", entry["schema"], where, sent=True
            )
        else:
            mine["content"] = self._adopt_content(body)["content"]
            self._report.changed.append(f"{id}: the request body is now {media}")
        if body.get("required") and not mine.get("required"):
            our["requestBody"] = {"required": True, **mine}
            self._report.changed.append(f"{id}: the request body is now required")

    def _join_responses(self, their: dict[str, Any], our: dict[str, Any], id: str) -> None:
        mine = our["responses"]
        good: dict[str, Any] = next((mine[status] for status in mine if status[0] == "2"), {})
        for status, response in their["responses"].items():
            if status in mine:
                for media, entry in mapping(response.get("content")).items():
                    self._join_content(mine[status], media, entry, f"{id}, response {status}")
            elif status[0] == "2":
                made = self._adopt_response(status, response)
                if _says_nothing(response) and good.get("content"):
                    made["content"] = deepcopy(good["content"])
                self._insert_response(mine, status, made)
                self._report.changed.append(f"{id}: new response {status}")
            elif status[0] in "34" and f"{status[0]}XX" not in mine:
                self._insert_response(mine, status, self._adopt_response(status, response))
                self._report.changed.append(f"{id}: new response {status}")

    def _join_content(
        self, our: dict[str, Any], media: str, entry: dict[str, Any], where: str
    ) -> None:
        content = our.setdefault("content", {})
        if media in content:
            self._components.take(content[media], "schema", entry["schema"], where, sent=False)
        elif entry["schema"]:
            content[media] = {"schema": self._components.adopt(entry["schema"])}
            # The generator reads the first.
            our["content"] = dict(sorted(content.items(), key=lambda each: each[0] != JSON))
            self._report.changed.append(f"{where}: also {media}")
        if not content:
            del our["content"]

    def _add(self, path: str, method: str, their: dict[str, Any]) -> None:
        id, tag = their["operationId"], their["tags"][0]
        item = self._place(path)
        # One function may serve several methods of a path.
        ends = [method, tag] if {*METHODS} & item.keys() else [tag]
        name = free_operation_name(id, ends, self._ids)
        self._ids.add(word(name))
        made = {**their, "operationId": name}
        _insert_after(made, "description", LOW_LEVEL, "No call of its own yet.")
        made["security"] = [self._schemes(each) for each in their["security"]]
        if "parameters" in their:
            made["parameters"] = [self._adopt_parameter(each) for each in their["parameters"]]
        if "requestBody" in their:
            made["requestBody"] = self._adopt_content(their["requestBody"])
        made["responses"] = self._all_responses(their, path)
        item[method] = made
        self._describe_tag(tag)
        self._report.added.append(f"{name}: {method.upper()} {path}, tag {tag}")

    def _all_responses(self, their: dict[str, Any], path: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        standard = mapping(self._document["components"].get("responses"))
        for status, name in _STANDARD.items():
            if name in standard and (status != "404" or variables(path)):
                made[status] = {"$ref": f"#/components/responses/{name}"}
        for status, response in their["responses"].items():
            if status[0] in "23" or (status[0] == "4" and status not in made):
                adopted = self._adopt_response(status, response)
                if status[0] == "2" and "content" in response and _says_nothing(response):
                    adopted["content"] = {JSON: {"schema": self._any_json()}}
                made[status] = adopted
        return dict(sorted(made.items()))

    def _adopt_content(self, holder: dict[str, Any]) -> dict[str, Any]:
        content = {
            media: {**entry, "schema": self._components.adopt(entry["schema"])}
            for media, entry in mapping(holder.get("content")).items()
        }
        return {**holder, "content": content} if content else dict(holder)

    def _adopt_response(self, status: str, their: dict[str, Any]) -> dict[str, Any]:
        made = self._adopt_content(their)
        if status[0] == "4" and _ERROR in self._components.ours:
            made["content"] = {JSON: {"schema": {"$ref": f"{REF}{_ERROR}"}}}
        return made

    def _any_json(self) -> dict[str, Any]:
        """A response of which the document says nothing; `{}` would be thrown away."""
        if FREE_OBJECT not in self._components.ours:
            self._components.insert(FREE_OBJECT, free_object())
        if ANY_JSON not in self._components.ours:
            kinds: list[dict[str, Any]] = [{"type": kind} for kind in SIMPLE]
            free = {"$ref": REF + FREE_OBJECT}
            any_of = [free, {"type": "array", "items": {}}, *kinds, NULL]
            self._components.insert(ANY_JSON, {"description": "Any JSON.", "anyOf": any_of})
        return {"$ref": f"{REF}{ANY_JSON}"}

    def _insert_response(self, mine: dict[str, Any], status: str, made: dict[str, Any]) -> None:
        later = {key: mine.pop(key) for key in list(mine) if key > status}
        mine[status] = made
        mine.update(later)

    def _place(self, path: str) -> dict[str, Any]:
        """Where an operation of a path goes: a new path behind the last that begins like it."""
        spelled = self._spelled.setdefault(shared_parts(path), path)
        if spelled in self._paths:
            item: dict[str, Any] = self._paths[spelled]
            return item
        paths = list(self._paths)
        first = path.split("/")[1]
        at = max(
            (i for i, each in enumerate(paths, 1) if each.split("/")[1] == first),
            default=len(paths),
        )
        behind = {each: self._paths.pop(each) for each in paths[at:]}
        made: dict[str, Any] = {}
        self._paths[path] = made
        self._paths.update(behind)
        return made

    def _schemes(self, requirement: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        ours = self._document["components"].setdefault("securitySchemes", {})
        for name, scopes in requirement.items():
            scheme = mapping(self._plain.security.get(name))
            bearer = str(scheme.get("scheme", "")).lower() == "bearer" or not scheme
            if _BEARER in ours and (bearer or scheme.get("type") in ("oauth2", "openIdConnect")):
                made[_BEARER] = []
            elif scheme:
                ours.setdefault(name, deepcopy(scheme))
                made[name] = list(scopes)
            if not scheme:
                said = f"security {name}: the document does not describe it; taken for our key"
                self._report.left_out += [said] * (said not in self._report.left_out)
        return made

    def _describe_tag(self, tag: str) -> None:
        tags = self._document.setdefault("tags", [])
        if any(each["name"] == tag for each in tags):
            return
        said = {str(each.get("name")): each for each in map(mapping, self._vendor.get("tags", []))}
        words = str(mapping(said.get(tag)).get("description") or sentence(tag)).strip()
        tags.append({"name": tag, "description": words})

    def _follow(self, value: dict[str, Any]) -> dict[str, Any]:
        ref = value.get("$ref")
        found: dict[str, Any] = resolve(self._document, ref) if isinstance(ref, str) else value
        return found

    def _handle_missing(self, seen: set[tuple[str, str]], *, remove: bool) -> None:
        for path, method, operation in self._operations():
            # What has an address of its own is not of the host that the document describes.
            if (path, method) in seen or "servers" in operation:
                continue
            (self._report.removed if remove else self._report.missing).append(
                operation["operationId"]
            )
            if remove:
                del self._paths[path][method]
                if not {*METHODS} & self._paths[path].keys():
                    del self._paths[path]


def _says_nothing(response: dict[str, Any]) -> bool:
    entries = [mapping(entry).get("schema") for entry in mapping(response.get("content")).values()]
    return not any(entries)


def _rename_variables(operation: dict[str, Any], path: str, ours: str) -> None:
    names = dict(zip(variables(path), variables(ours), strict=True))
    for parameter in sequence(operation.get("parameters")):
        if parameter["in"] == "path":
            parameter["name"] = names.get(parameter["name"], parameter["name"])


def _insert_after(owner: dict[str, Any], before: str, key: str, value: Any) -> None:
    if key in owner:
        return
    keys = list(owner)
    at = keys.index(before) + 1 if before in keys else len(keys)
    later = {each: owner.pop(each) for each in keys[at:]}
    owner[key] = value
    owner.update(later)


def _insert_before(owner: dict[str, Any], behind: str, key: str, value: Any) -> None:
    keys = list(owner)
    _insert_after(owner, keys[keys.index(behind) - 1], key, value)
