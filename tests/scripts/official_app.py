"""A FastAPI application like that of the service, with the OpenAPI document that FastAPI generates.

It has a part of the operations in openapi.yaml, and new ones: with other names of functions and
schemas, the server's prefix in the paths, optional fields, enums, forms and unions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, UploadFile
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

Document = dict[str, Any]


class JobState(str, Enum):
    """State of a job."""

    pending = "pending"
    enqueued = "enqueued"
    running = "running"
    completed = "completed"
    failed = "failed"
    paused = "paused"
    cancelled = "cancelled"


class Usage(BaseModel):
    elements_processed: int | None = None
    element_type: Literal["image", "page", "video", "audio", "token"] | None = None
    credits_used: int | None = None
    steps: int | None = None
    message: str | None = None
    duration_seconds: int = 0


class PredictionOut(BaseModel):
    usage: Usage = Field(default_factory=Usage)
    id: str = ""
    created_at: datetime = datetime(2026, 1, 1)
    completed_at: datetime | None = None
    response: Any | None = None
    status: JobState = JobState.pending
    domain: str | None = None


class StoredFile(BaseModel):
    id: str | None = None
    filename: str | None
    bytes: int
    purpose: Literal["assistants", "batch", "fine-tune", "vision", "datasets"]
    created_at: datetime
    object: Literal["file"] = "file"
    public_url: str | None = None


class GenerationOptions(BaseModel):
    prompt: str | None = None
    detail: Literal["auto", "lo", "hi"] = "auto"
    json_schema: dict[str, Any] | None = None
    max_retries: int = 1
    confidence: bool = False


class Job(BaseModel):
    id: str = ""
    created_at: datetime = datetime(2026, 1, 1)
    callback_url: str | None = Field(None, min_length=1)


class ImageJob(Job):
    images: list[str]
    domain: Literal["document.invoice", "image.depth"]
    model: Literal["vlm-1"] = "vlm-1"
    batch: bool = False
    config: GenerationOptions = GenerationOptions()


class Exact(BaseModel):
    kind: Literal["exact"] = "exact"
    ignore_case: bool = False


class Fuzzy(BaseModel):
    kind: Literal["fuzzy"] = "fuzzy"
    least: float


class RehearsalRequest(BaseModel):
    skill_id: UUID
    judge: Exact | Fuzzy = Field(discriminator="kind")
    weights: dict[str, float] = {}


class Rehearsal(BaseModel):
    """A run of a rehearsal."""

    id: UUID
    status: JobState
    span: tuple[int, int] | None = None
    judge: Exact | Fuzzy = Field(discriminator="kind")
    cancelled_by: str | None = Field(None, description="Who stopped it.")


def application() -> FastAPI:
    """Return the application."""
    app = FastAPI(title="VLM Run Unified Server", version="2026-09-01.0")
    keyed = [Depends(HTTPBearer())]
    open_api = APIRouter(prefix="/v1")
    api = APIRouter(prefix="/v1", dependencies=keyed)

    @open_api.get("/health")
    def health_check() -> Any: ...

    @api.post("/image/generate", tags=["image"], status_code=201)
    def _image_generate(job: ImageJob) -> PredictionOut: ...

    @api.get("/predictions/{prediction_id}", tags=["predictions"])
    def get_prediction_route(prediction_id: str) -> PredictionOut: ...

    @api.get("/files", tags=["files"])
    def get_files(
        skip: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int | None, Query(ge=1, le=1000)] = 10,
        purpose: Literal["batch", "vision"] | None = None,
    ) -> list[StoredFile]: ...

    @api.post("/files", tags=["files"], status_code=201)
    def upload_file_route(file: UploadFile, generate_public_url: bool = True) -> StoredFile: ...

    @api.get("/artifacts", tags=["artifacts"])
    def get_artifact(object_id: str, session_id: str | None = None) -> Any: ...

    @api.post("/rehearsals/run", tags=["Rehearsals"], status_code=202)
    def _run_rehearsal(request: RehearsalRequest) -> Rehearsal: ...

    @api.get("/rehearsals/{run_id}", summary="Give one rehearsal as it stands")
    def getRehearsal(
        run_id: UUID, x_trace: Annotated[str | None, Header()] = None
    ) -> Rehearsal: ...

    @api.post("/rehearsals/{run_id}/notes")
    def add_remarks(
        run_id: UUID,
        attachments: list[UploadFile],
        final: Annotated[bool, Form()] = False,
        note: Annotated[str | None, Form()] = None,
    ): ...

    app.include_router(open_api)
    app.include_router(api)
    return app


def document(change: Callable[[Document], None] | None = None) -> Document:
    """Return what the application publishes at /openapi.json, with a change."""
    made: Document = application().openapi()
    if change:
        change(made)
    return made
