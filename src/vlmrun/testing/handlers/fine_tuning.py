"""Fine-tuning: jobs, their models, and predictions with these models."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.job_outcomes import Run, default_outcome
from vlmrun.testing.handlers.datasets import without_response
from vlmrun.testing.handlers.job_submission import submit
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.jobs import Job, Outcome, now, timestamp
from vlmrun.testing.state.store import State, new_id

__all__ = [
    "create_fine_tuning_job",
    "generate_fine_tuned_prediction",
    "get_fine_tuning_job",
    "list_fine_tuned_models",
    "list_fine_tuning_jobs",
    "provision_fine_tuned_model",
]

_BASE_MODEL = "vlm-1"
_MAX_ITEMS = {"images": 16, "videos": 1}
_PARTS = {"images": "image_url", "videos": "video_url"}


def create_fine_tuning_job(request: HandlerRequest) -> dict[str, Any]:
    """Create a job, which advances like an execution. Nothing is trained."""
    body = request.body
    for field in ("training_file", "validation_file"):
        reference = body.get(field)
        if reference is not None and "://" not in reference:
            request.state.stored_file(reference, field)
    with request.state.lock:
        jobs = request.state.table("fine_tuning")
        id = body.get("id") or new_id()
        if id in jobs:
            raise invalid_request(["body", "id"], f"A job {id!r} exists already")
        fields = {
            "model": f"{body['model']}:{body.get('suffix') or 'ft'}-{len(jobs) + 1}",
            "suffix": body.get("suffix"),
            "message": "The mock server trains nothing; the model responds with samples",
            "wandb_base_url": body.get("wandb_base_url"),
            "wandb_project_name": body.get("wandb_project_name"),
            "wandb_url": None,
        }
        jobs[id] = Job(id, fields, Outcome(), request.state.settings.pace)
        request.state.callbacks.watch(jobs[id], body.get("callback_url"))
        return without_response(jobs[id].as_json())


def list_fine_tuning_jobs(request: HandlerRequest) -> list[dict[str, Any]]:
    """List fine-tuning jobs, newest first."""
    with request.state.lock:
        jobs = list(reversed(request.state.table("fine_tuning").values()))
        return [without_response(job.as_json()) for job in request.page(jobs)]


def get_fine_tuning_job(request: HandlerRequest) -> dict[str, Any]:
    """Return a job; each poll advances it."""
    id = request.parameters["job_id"]
    with request.state.lock:
        job = request.state.table("fine_tuning").get(id)
        if job is None:
            raise HTTPException(404, f"No fine-tuning job has the id {id!r}")
        return without_response(job.poll())


def list_fine_tuned_models(request: HandlerRequest) -> list[str]:
    """List the models of completed jobs, newest first."""
    return request.page(_models(request.state))


def provision_fine_tuned_model(request: HandlerRequest) -> dict[str, Any]:
    """Provision a model; on the mock server each model is always ready."""
    model = request.body["model"]
    _check_model(request, model)
    time = timestamp(now())
    return {
        "id": new_id(),
        "created_at": time,
        "completed_at": time,
        "model": model,
        "message": "Models of the mock server are always ready",
        "duration": request.body.get("duration", 600),
        "concurrency": request.body.get("concurrency", 1),
        "status": "completed",
    }


def generate_fine_tuned_prediction(request: HandlerRequest) -> dict[str, Any]:
    """Predict with a model; with `batch: true` the prediction advances like an execution."""
    body, state = request.body, request.state
    media = {field: body[field] for field in _MAX_ITEMS if body.get(field)}
    if len(media) != 1:
        raise invalid_request(["body"], "Pass exactly one of images, videos", "missing")
    for field, urls in media.items():
        if len(urls) > _MAX_ITEMS[field]:
            raise invalid_request(["body", field], f"At most {_MAX_ITEMS[field]}", "too_long")
    model = body.get("model", _BASE_MODEL)
    if model != _BASE_MODEL:
        _check_model(request, model)
    config = body.get("config") or {}
    run = Run(
        body.get("id") or new_id(),
        model,
        config.get("prompt"),
        media,
        config.get("json_schema"),
        body,
        {"inputs": _facts(request, media)},
    )
    return submit(
        request,
        run,
        state.predictions,
        state.on_predict,
        default_outcome,
        is_sync=not body.get("batch"),
        fields={"domain": None},
        usage={},
    )


def _facts(request: HandlerRequest, media: dict[str, list[str]]) -> dict[str, Any]:
    inspector = request.inspector()
    facts = {}
    for field, urls in media.items():
        part = _PARTS[field]
        facts[field] = [inspector.facts({"type": part, part: {"url": url}}) for url in urls]
    request.check_readable(inspector.problems, ["body", *media])
    return facts


def _models(state: State) -> list[str]:
    with state.lock:
        jobs = [job.as_json() for job in reversed(state.table("fine_tuning").values())]
    return [job["model"] for job in jobs if job["status"] == "completed"]


def _check_model(request: HandlerRequest, model: str) -> None:
    if model not in _models(request.state) and not request.accepts_unknown(f"The model {model!r}"):
        raise HTTPException(
            404,
            f"No completed fine-tuning job has created a model {model!r}: see /fine_tuning/models",
        )
