"""Documents that cannot be used, and the error message for each, the same in every command."""

from __future__ import annotations

from typing import NamedTuple

HEAD = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"
GOOD = "responses: {'200': {description: Good.}}"
ONE = f"{{operationId: list_things, {GOOD}}}"
A = f"{HEAD}paths:\n  /a:\n    get: {ONE}\n"


class Bad(NamedTuple):
    """The bytes of a document, and its error message: location, reason and fix."""

    data: bytes
    message: str


def _bad(text: str | bytes, message: str) -> Bad:
    return Bad(text if isinstance(text, bytes) else text.encode(), message)


def _bomb() -> str:
    lines = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "\n".join(["l0: &l0 [x, x]", *lines])


# Neither YAML nor JSON, or not strict.
TEXTS = {
    "empty": _bad("", ":1: the file is empty; is it the right file?"),
    "blank": _bad("# later\n\n", ":1: the file is empty; is it the right file?"),
    "binary": _bad(
        b"a: 1\n\x89PNG\r\n",
        ":2: not UTF-8 text: byte 0x89 at offset 5; save it as UTF-8",
    ),
    "utf-16-cut-off": _bad(
        HEAD.encode("utf-16")[:-1],
        ":2: not UTF-16 text: byte 0x0a at offset 92; save it as UTF-8",
    ),
    "control-character": _bad(
        "a: 1\nb: \x00\n", "not YAML: special characters are not allowed; remove the character"
    ),
    "web-page": _bad(
        "<!DOCTYPE html>\n<html></html>\n",
        ":1: this is a web page, not a document; was it downloaded without signing in?",
    ),
    "bracket": _bad(
        "openapi: [3.1.0\n",
        ":2: not YAML: expected ',' or ']', but got '<stream end>' (column 1); "
        "correct this line, or the one before it",
    ),
    "json-comma": _bad(
        '{"openapi": "3.1.0",\n "info": }',
        ":2: not JSON: Expecting value (column 10); correct this line, or the one before it",
    ),
    "json-cut-off": _bad('{"openapi": "3.1.0",\n "in', ":2: not JSON: Unterminated string"),
    "tabs": _bad(
        "openapi: 3.1.0\ninfo:\n\ttitle: A\n",
        ":3: not YAML: found character '\\t' that cannot start any token (column 1); "
        "indent with spaces, not with tabs",
    ),
    "merge-conflict": _bad(
        f"{HEAD}<<<<<<< ours\npaths: {{}}\n=======\n", "resolve the merge conflict"
    ),
    "key-twice": _bad(
        f"{HEAD}paths:\n  /a: {{}}\n  /a: {{}}\n",
        ":5: the key '/a' is duplicated, first in line 4; keep one of the two",
    ),
    "key-twice-as-number": _bad(
        "200: a\n'200': b\n", ":2: the key '200' is duplicated, first in line 1"
    ),
    "json-key-twice": _bad(
        '{"openapi": "3.1.0",\n\t"info": 1,\n\t"info": 1}',
        ":3: the key 'info' is duplicated, first in line 2; keep one of the two",
    ),
    "json-key-twice-deeper": _bad(
        '{"openapi": "3.1.0",\n "info": {"title": "A",\n  "title": "B"}}',
        ":3: the key 'title' is duplicated, first in line 2; keep one of the two",
    ),
    "key-of-a-list": _bad(
        "? [a]\n: b\n", ":1: a key is a list or a mapping; make the key a string"
    ),
    "two-documents": _bad(
        f"{HEAD}paths: {{}}\n---\n{HEAD}",
        ":4: a second document begins here; keep one document in a file",
    ),
    "alias-of-nothing": _bad(
        "a: *b\n", ":1: the alias *b repeats nothing; mark what it repeats with &b"
    ),
    "alias-inside-itself": _bad(
        "a: &a\n  b: [*a]\n",
        ":2: the alias *a is inside the value that it repeats; "
        "name the value under components, and use $ref",
    ),
    "aliases-without-end": _bad(_bomb(), "its aliases make it larger than 200000 values"),
    "lone-surrogate": _bad(
        '{"openapi": "3.1.0",\n "info": {"title": "\\ud800"}}',
        "api.yaml:2: #/info/title: contains a lone surrogate, \\ud800; remove it",
    ),
    "merge-keys": _bad("a: {<<: {b: 1}}\n", ":1: `<<` merges keys; write the keys out"),
    "python-object": _bad("a: !!python/object:os.system {}\n", "the tag !!python/object:os.system"),
    "infinity": _bad("a: .inf\n", ":1: .inf is not a JSON number; write a number, or quote it"),
    "json-nan": _bad('{"a": NaN}', "NaN is not a JSON number"),
    "long-number": _bad(
        "a: " + "1" * 5000, ":1: a number is too long; quote it, if it is a string"
    ),
    "deep": _bad("a: " + "[" * 250 + "]" * 250, ":1: nested deeper than 200 levels"),
    "deep-json": _bad(
        '{"a": ' + "[" * 90_000 + "]" * 90_000 + "}", ":1: nested deeper than 200 levels"
    ),
}

# Not OpenAPI, or with dead references.
DOCUMENTS = {
    "list": _bad("- a\n", ":1: #: not an OpenAPI document: it is a list, not a mapping"),
    "text": _bad("hello\n", ":1: #: not an OpenAPI document: it is a string, not a mapping"),
    "another-mapping": _bad("a: 1\n", "not an OpenAPI document: there is no `openapi`"),
    "swagger": _bad(
        "info: {}\nswagger: '2.0'\npaths: {}\n",
        ":2: #/swagger: this is Swagger 2.0, not OpenAPI 3.1; convert it first",
    ),
    "version-3.2": _bad(
        "openapi: 3.2.0\npaths: {}\n",
        ":1: #/openapi: this is OpenAPI 3.2.0, which the generator does not support; "
        "convert it to OpenAPI 3.1.0",
    ),
    "version-4": _bad("openapi: 4.0.0\npaths: {}\n", "this is OpenAPI 4.0.0"),
    "version-number": _bad("openapi: 3.1\npaths: {}\n", "the version 3.1 is not a string"),
    "paths-in-a-list": _bad(
        f"{HEAD}paths: []\n",
        ":3: #/paths: `paths` is not a mapping; describe the operations under `paths`",
    ),
    "schemas-in-a-list": _bad(
        f"{A}components:\n  schemas: []\n",
        ":7: #/components/schemas: `schemas` is not a mapping; write each name, and what it stands "
        "for",
    ),
    "operation-of-nothing": _bad(
        f"{HEAD}paths:\n  /a: {{get: 1}}\n",
        ":4: #/paths/~1a/get: an operation is not a mapping; describe it, or remove it",
    ),
    "dangling": _bad(
        f"{HEAD}paths:\n  /a:\n    get:\n"
        "      responses: {default: {$ref: '#/components/responses/No'}}\n",
        ":6: #/paths/~1a/get/responses/default: $ref '#/components/responses/No' points to "
        "nothing; correct the name",
    ),
    "remote": _bad(
        f"{HEAD}paths:\n  /a: {{$ref: 'https://example.com/api.yaml#/a'}}\n",
        ":4: #/paths/~1a: $ref 'https://example.com/api.yaml#/a' leads to another URL; "
        "copy the target to components, and refer to that",
    ),
    "other-file": _bad(
        f"{HEAD}paths:\n  /a: {{$ref: '../b.yaml#/a'}}\n",
        "$ref '../b.yaml#/a' leads to another file",
    ),
    "not-a-pointer": _bad(
        f"{HEAD}paths:\n  /a: {{$ref: '#'}}\n",
        ":4: #/paths/~1a: $ref '#' is not a JSON pointer; write #/components/schemas/ and the name",
    ),
    "cycle": _bad(
        f"{A}components:\n  schemas:\n    A: {{$ref: '#/components/schemas/A'}}\n",
        ":8: #/components/schemas/A: $ref '#/components/schemas/A' leads back to itself",
    ),
    "operation-id-twice": _bad(
        f"{A}    put: {ONE}\n",
        ":6: #/paths/~1a/put: operationId 'list_things' is the same as that of /paths/~1a/get; "
        "choose another operationId",
    ),
}

# No client can be generated from these, but they can be compared.
NOT_OURS = {
    "no-paths": _bad(HEAD, ":1: #/paths: `paths` is not a mapping"),
    "operation-id-twice-in-python": _bad(
        f"{A}  /b:\n    get: {{operationId: listThings, {GOOD}}}\n",
        ":7: #/paths/~1b/get: operationId 'listThings' is the same as that of /paths/~1a/get",
    ),
    "operation-id-twice-as-it-is-made-up": _bad(
        f"{HEAD}paths:\n  /a/{{b}}:\n    get: {{{GOOD}}}\n  /a/b:\n    get: {{{GOOD}}}\n",
        ":7: #/paths/~1a~1b/get: operationId 'get_a_b' is the same as that of /paths/~1a~1{b}/get",
    ),
}

BAD = {**TEXTS, **DOCUMENTS}
