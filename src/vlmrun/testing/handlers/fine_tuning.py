"""Fine-tuning: jobs, the models that come of them, and predictions of these."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.handlers.call import Call
from vlmrun.testing.handlers.datasets import without_answer
from vlmrun.testing.inputs import Inspector
from vlmrun.testing.jobs import Job, Outcome, now, timestamp
from vlmrun.testing.results import Run, honest_outcome
from vlmrun.testing.state import State, new_id, page
from vlmrun.testing.storage import file_at
from vlmrun.testing.submission import submit
from vlmrun.testing.validation import Invalid, problem

__all__ = [
    "create_fine_tuning_job",
    "generate_fine_tuned_prediction",
    "get_fine_tuning_job",
    "list_fine_tuned_models",
    "list_fine_tuning_jobs",
    "provision_fine_tuned_model",
]

_BASE_MODEL = "vlm-1"
_MOST = {"images": 16, "videos": 1}
_PARTS = {"images": "image_url", "videos": "video_url"}


def create_fine_tuning_job(call: Call) -> dict[str, Any]:
    """A job, which moves from status to status as executions do. Nothing is trained."""
    body = call.body
    for field in ("training_file", "validation_file"):
        reference = body.get(field)
        if reference is not None and "://" not in reference:
            call.state.stored_file(reference, field)
    with call.state.lock:
        jobs = call.state.table("fine_tuning")
        id = body.get("id") or new_id()
        if id in jobs:
            raise Invalid([problem(["body", "id"], f"There is a job {id!r} already")])
        fields = {
            "model": f"{body['model']}:{body.get('suffix') or 'ft'}-{len(jobs) + 1}",
            "suffix": body.get("suffix"),
            "message": "The stand-in server trains nothing; the model answers with samples",
            "wandb_base_url": body.get("wandb_base_url"),
            "wandb_project_name": body.get("wandb_project_name"),
            "wandb_url": None,
        }
        jobs[id] = Job(id, fields, Outcome(), call.state.settings.pace)
        call.state.callbacks.watch(jobs[id], body.get("callback_url"))
        return without_answer(jobs[id].as_json())


def list_fine_tuning_jobs(call: Call) -> list[dict[str, Any]]:
    """The newest first."""
    with call.state.lock:
        jobs = list(reversed(call.state.table("fine_tuning").values()))
        return [without_answer(job.as_json()) for job in page(jobs, call.skip, call.limit)]


def get_fine_tuning_job(call: Call) -> dict[str, Any]:
    """One job; in polls, each look moves it on."""
    id = call.parameters["job_id"]
    with call.state.lock:
        job = call.state.table("fine_tuning").get(id)
        if job is None:
            raise HTTPException(404, f"No fine-tuning job has the id {id!r}")
        return without_answer(job.look())


def list_fine_tuned_models(call: Call) -> list[str]:
    """The models of completed jobs, the newest first."""
    return page(_models(call.state), call.skip, call.limit)


def provision_fine_tuned_model(call: Call) -> dict[str, Any]:
    """Make a model ready, which here it always is."""
    model = call.body["model"]
    _check_model(call.state, model)
    moment = timestamp(now())
    return {
        "id": new_id(),
        "created_at": moment,
        "completed_at": moment,
        "model": model,
        "message": "Models of the stand-in server are always ready",
        "duration": call.body.get("duration", 600),
        "concurrency": call.body.get("concurrency", 1),
        "status": "completed",
    }


def generate_fine_tuned_prediction(call: Call) -> dict[str, Any]:
    """A prediction; with `batch: true` it moves from status to status."""
    body, state = call.body, call.state
    media = {field: body[field] for field in _MOST if body.get(field)}
    if len(media) != 1:
        raise Invalid([problem(["body"], "Give exactly one of images, videos", "missing")])
    for field, urls in media.items():
        if len(urls) > _MOST[field]:
            raise Invalid([problem(["body", field], f"At most {_MOST[field]}", "too_long")])
    model = body.get("model", _BASE_MODEL)
    if model != _BASE_MODEL:
        _check_model(state, model)
    config = body.get("config") or {}
    run = Run(
        body.get("id") or new_id(),
        model,
        config.get("prompt"),
        media,
        config.get("json_schema"),
        body,
        {"inputs": _facts(call, media)},
    )
    return submit(
        call,
        run,
        state.predictions,
        state.on_predict,
        honest_outcome,
        at_once=not body.get("batch"),
        fields={"domain": None},
        counted={},
    )


def _facts(call: Call, media: dict[str, list[str]]) -> dict[str, Any]:
    inspector = Inspector(
        call.state.stored_file, lambda url: file_at(call.state, call.base_url, url)
    )
    facts = {}
    for field, urls in media.items():
        part = _PARTS[field]
        facts[field] = [inspector.facts({"type": part, part: {"url": url}}) for url in urls]
    return facts


def _models(state: State) -> list[str]:
    with state.lock:
        jobs = [job.as_json() for job in reversed(state.table("fine_tuning").values())]
    return [job["model"] for job in jobs if job["status"] == "completed"]


def _check_model(state: State, model: str) -> None:
    if model not in _models(state):
        raise HTTPException(
            404, f"No completed fine-tuning job has made a model {model!r}: see /fine_tuning/models"
        )
