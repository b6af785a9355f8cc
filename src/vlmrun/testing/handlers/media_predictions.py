"""Predictions from images, documents, audio and video, and schemas derived from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.domain_schemas import select_fields
from vlmrun.testing.generation.input_facts import InputInspector
from vlmrun.testing.generation.job_outcomes import Run
from vlmrun.testing.generation.prediction_outcomes import default_prediction, default_schema
from vlmrun.testing.handlers.agents import find_agent
from vlmrun.testing.handlers.domains import find_domain
from vlmrun.testing.handlers.health_and_models import PREDICTION_MODEL
from vlmrun.testing.handlers.job_submission import submit
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.skill_facts import skill_facts
from vlmrun.testing.state.domains import Domain
from vlmrun.testing.state.store import new_id

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


def _generate(medium: str) -> Callable[[HandlerRequest], dict[str, Any]]:
    def generate(request: HandlerRequest) -> dict[str, Any]:
        """Predict for a domain or with skills; 404 for an unknown domain."""
        config = request.body.get("config") or {}
        name, skills = request.body.get("domain"), config.get("skills")
        if not name and not skills:
            raise invalid_request(["body", "domain"], "Field required", "missing")
        schema = config.get("json_schema")
        if name:
            domain = find_domain(request, name)
            _check_medium(request, domain, medium)
            schema = select_fields(schema or domain.json_schema, config.get("gql_stmt"))
        # The service's defaults: images are processed immediately, everything else is queued.
        batch = request.body.get("batch", medium != "image")
        return _submit(request, medium, name or "skills", schema, domain=name, is_sync=not batch)

    return generate


def _execute(medium: str) -> Callable[[HandlerRequest], dict[str, Any]]:
    def execute(request: HandlerRequest) -> dict[str, Any]:
        """Run a named agent."""
        config = request.body.get("config") or {}
        version = request.body.get("version")
        reference = request.body["name"] + (f":{version}" if version else "")
        agent = find_agent(request, reference)
        schema = config.get("json_schema") or agent.json_schema
        prompt = config.get("prompt") or agent.prompt
        is_sync = request.body.get("batch") is False
        return _submit(request, medium, agent.name, schema, prompt=prompt, is_sync=is_sync)

    return execute


def _schema(medium: str) -> Callable[[HandlerRequest], dict[str, Any]]:
    def schema(request: HandlerRequest) -> dict[str, Any]:
        """Derive a schema from the input."""
        return _submit(
            request, medium, f"{medium}.schema", None, default=default_schema, is_sync=True
        )

    return schema


def _submit(
    request: HandlerRequest,
    medium: str,
    name: str,
    json_schema: Any,
    *,
    is_sync: bool,
    domain: str | None = None,
    prompt: str | None = None,
    default: Callable[[Run], Any] = default_prediction,
) -> dict[str, Any]:
    body = request.body
    config = body.get("config") or {}
    inspector = request.inspector()
    inputs = _inputs(medium, body)
    facts = _facts(inputs, inspector)
    request.check_readable(inspector.problems, ["body", *inputs])
    _check_model(request, body.get("model") or PREDICTION_MODEL)
    if medium == "document":
        _check_pages(request, config.get("page_indices") or [], inspector.pages)
    if config.get("skills"):
        facts["skills"] = skill_facts(request, ("body", "config", "skills"), config["skills"])
    id, prompt = body.get("id") or new_id(), prompt or config.get("prompt")
    return submit(
        request,
        Run(id, name, prompt, inputs, json_schema, body, facts, domain),
        request.state.predictions,
        request.state.on_predict,
        default,
        is_sync=is_sync,
        fields={"domain": domain},
        usage=_usage(medium, inputs, inspector),
    )


def _check_medium(request: HandlerRequest, domain: Domain, medium: str) -> None:
    # The official command sends images where it sends documents, also for domains of images.
    media = {medium, "image"} if medium == "document" else {medium}
    if not media.isdisjoint(domain.inputs) or not domain.inputs:
        return
    text = f"The domain {domain.name!r} reads {' or '.join(domain.inputs)}, not {medium}"
    request.reject(["body", "domain"], text)


def _check_model(request: HandlerRequest, model: str) -> None:
    if model != PREDICTION_MODEL and not request.accepts_unknown(f"The model {model!r}"):
        msg = f"The only model of predictions is {PREDICTION_MODEL!r}, not {model!r}"
        raise invalid_request(["body", "model"], msg, "literal_error")


def _check_pages(request: HandlerRequest, page_indices: list[int], pages: int) -> None:
    missing = [index for index in page_indices if index >= pages]
    if pages and missing:
        location = ["body", "config", "page_indices"]
        text = f"The document has no page {missing[0]}; its pages are numbered 0 to {pages - 1}"
        request.reject(location, text)


def _inputs(medium: str, body: dict[str, Any]) -> dict[str, Any]:
    if medium == "image":
        if not body["images"]:
            raise invalid_request(["body", "images"], "images is empty", "too_short")
        return {"images": body["images"]}
    inputs = {name: body[name] for name in ("file_id", "url") if body.get(name)}
    if len(inputs) != 1:
        raise invalid_request(["body"], "Pass exactly one of file_id and url")
    return inputs


def _facts(inputs: dict[str, Any], inspector: InputInspector) -> dict[str, Any]:
    if "images" in inputs:
        return {
            "images": [inspector.url(_as_url(image), is_image=True) for image in inputs["images"]]
        }
    if "url" in inputs:
        return inspector.url(inputs["url"])
    return inspector.file(inputs["file_id"])


def _as_url(image: str) -> str:
    """Return the URL of an image; convert plain base64 to a data URL."""
    return image if image.startswith(("http://", "https://", "data:")) else f"data:;base64,{image}"


def _usage(medium: str, inputs: dict[str, Any], inspector: InputInspector) -> dict[str, Any]:
    if medium == "image":
        return {"elements_processed": len(inputs["images"]), "element_type": medium}
    if medium == "document":
        count = inspector.pages
        return {"elements_processed": count, "element_type": "page"} if count else {}
    return {"elements_processed": 1, "element_type": medium}


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
