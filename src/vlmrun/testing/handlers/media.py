"""Predictions from images, documents, sound and videos, and schemas derived from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vlmrun.testing.domains import find_domain, narrowed
from vlmrun.testing.handlers.agents import find_agent
from vlmrun.testing.handlers.call import Call
from vlmrun.testing.handlers.executions import skill_facts
from vlmrun.testing.inputs import Inspector
from vlmrun.testing.predicting import derived, predicted
from vlmrun.testing.results import Run
from vlmrun.testing.state import new_id
from vlmrun.testing.storage import file_at
from vlmrun.testing.submission import submit
from vlmrun.testing.validation import Invalid, problem

__all__ = [
    "execute_audio_agent",
    "execute_document_agent",
    "execute_image_agent",
    "execute_video_agent",
    "generate_audio_prediction",
    "generate_audio_schema",
    "generate_document_prediction",
    "generate_document_schema",
    "generate_image_prediction",
    "generate_image_schema",
    "generate_video_prediction",
    "generate_video_schema",
]


def _generate(kind: str) -> Callable[[Call], dict[str, Any]]:
    def generate(call: Call) -> dict[str, Any]:
        """Predict for a domain, or by skills; 404 for a domain that is not there."""
        config = call.body.get("config") or {}
        name, skills = call.body.get("domain"), config.get("skills")
        if not name and not skills:
            raise Invalid([problem(["body", "domain"], "Field required", "missing")])
        schema = config.get("json_schema")
        if name:
            domain = find_domain(call.state, name)
            schema = narrowed(schema or domain.json_schema, config.get("gql_stmt"))
        # Where nothing is said, images are read at once and everything else is queued.
        batch = call.body.get("batch", kind != "image")
        return _submit(call, kind, name or "skills", schema, domain=name, at_once=not batch)

    return generate


def _execute(kind: str) -> Callable[[Call], dict[str, Any]]:
    def execute(call: Call) -> dict[str, Any]:
        """Run a named agent."""
        config = call.body.get("config") or {}
        version = call.body.get("version")
        reference = call.body["name"] + (f":{version}" if version else "")
        agent = find_agent(call.state, reference)
        schema = config.get("json_schema") or agent.json_schema
        prompt = config.get("prompt") or agent.prompt
        at_once = call.body.get("batch") is False
        return _submit(call, kind, agent.name, schema, prompt=prompt, at_once=at_once)

    return execute


def _schema(kind: str) -> Callable[[Call], dict[str, Any]]:
    def schema(call: Call) -> dict[str, Any]:
        """Derive a schema."""
        return _submit(call, kind, f"{kind}.schema", None, honest=derived, at_once=True)

    return schema


def _submit(
    call: Call,
    kind: str,
    name: str,
    json_schema: Any,
    *,
    at_once: bool,
    domain: str | None = None,
    prompt: str | None = None,
    honest: Callable[[Run], Any] = predicted,
) -> dict[str, Any]:
    body = call.body
    config = body.get("config") or {}
    inspector = Inspector(
        call.state.stored_file, lambda url: file_at(call.state, call.base_url, url)
    )
    inputs = _inputs(kind, body)
    facts = _facts(inputs, inspector)
    if config.get("skills"):
        facts["skills"] = skill_facts(call, ("body", "config", "skills"), config["skills"])
    id, prompt = body.get("id") or new_id(), prompt or config.get("prompt")
    return submit(
        call,
        Run(id, name, prompt, inputs, json_schema, body, facts, domain),
        call.state.predictions,
        call.state.on_predict,
        honest,
        at_once=at_once,
        fields={"domain": domain},
        counted=_counted(kind, inputs, inspector),
    )


def _inputs(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == "image":
        if not body["images"]:
            raise Invalid([problem(["body", "images"], "There is no image", "too_short")])
        return {"images": body["images"]}
    given = {name: body[name] for name in ("file_id", "url") if body.get(name)}
    if len(given) != 1:
        raise Invalid([problem(["body"], "Give exactly one of file_id and url")])
    return given


def _facts(inputs: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    if "images" in inputs:
        return {"images": [inspector.url(_as_url(image)) for image in inputs["images"]]}
    if "url" in inputs:
        return inspector.url(inputs["url"])
    return inspector.file(inputs["file_id"])


def _as_url(image: str) -> str:
    """An image's URL; one in bare base64 as a data URL."""
    return image if image.startswith(("http://", "https://", "data:")) else f"data:;base64,{image}"


def _counted(kind: str, inputs: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    if kind == "image":
        return {"elements_processed": len(inputs["images"]), "element_type": kind}
    if kind == "document":
        count = inspector.pages
        return {"elements_processed": count, "element_type": "page"} if count else {}
    return {"elements_processed": 1, "element_type": kind}


generate_image_prediction = _generate("image")
execute_image_agent = _execute("image")
generate_image_schema = _schema("image")
generate_document_prediction = _generate("document")
execute_document_agent = _execute("document")
generate_document_schema = _schema("document")
generate_audio_prediction = _generate("audio")
execute_audio_agent = _execute("audio")
generate_audio_schema = _schema("audio")
generate_video_prediction = _generate("video")
execute_video_agent = _execute("video")
generate_video_schema = _schema("video")
