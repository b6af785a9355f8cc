"""The operation that a batch sends for each of its items."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import attrs

from vlmrun._async.context import ClientContext
from vlmrun._async.job_polling import JobSource
from vlmrun._core.request_context import RequestContext
from vlmrun._files.upload_source import Source
from vlmrun.types._sent_file import SentFile
from vlmrun.types.files import FileResponse
from vlmrun.types.jobs import Job

J = TypeVar("J", bound=Job)


class PreparedItem(NamedTuple):
    """An item after all checks that need no network.

    Attributes:
        fields: The fields of the body that it stands for.
        parts: For each file to upload, the empty object in `fields` that refers to it later.
        sources: The files, in the order of `parts`.
        others: The files that are not local, or are in `fields`.
    """

    fields: dict[str, Any]
    parts: Sequence[dict[str, Any]] = ()
    sources: Sequence[Source] = ()
    others: Sequence[SentFile] = ()


def _without_id(body: dict[str, Any]) -> dict[str, Any]:
    # Each item has an id of its own, which does not identify its content.
    return {name: value for name, value in body.items() if name != "id"}


@attrs.frozen(eq=False)
class BatchOperation(Generic[J]):
    """The operation that a batch sends for each of its items.

    Attributes:
        name: Its operationId.
        context: The client.
        body: The fields of the body that all items have in common.
        response_model: The type of `.parsed`.
        prepare: Checks an item, without any request.
        part_of: Returns what refers to an uploaded file.
        complete: Fills in the fields that take a request; None if there are none.
        submit: Sends a body.
        source: How to get its jobs.
        save: Saves a job with its artifacts, as `_async.resources._saving.save_job` does.
        bound: Returns a job whose `save` uses the client.
        price: Returns the credits for a number of pages; None if it is not known.
        page_indices: The pages of each document to read; None for all.
    """

    name: str
    context: ClientContext
    body: dict[str, Any] = attrs.field(converter=_without_id)
    response_model: Any
    prepare: Callable[[Any], PreparedItem]
    part_of: Callable[[FileResponse], dict[str, Any]]
    submit: Callable[[dict[str, Any], RequestContext], Awaitable[J]]
    source: JobSource[J]
    save: Callable[..., Awaitable[Path]]
    complete: Callable[[dict[str, Any], RequestContext], Awaitable[dict[str, Any]]] | None = None
    bound: Callable[[J], J] = lambda job: job
    price: Callable[[int], float | None] | None = None
    page_indices: Sequence[int] | None = None

    @property
    def job_class(self) -> type[J]:
        """The type of its jobs."""
        return self.source.job_class

    async def fetch(self, id: str, context: RequestContext) -> J:
        """Return a job by its id."""
        return await self.source.fetch(id, context)

    async def fields_of(
        self, prepared: PreparedItem, digests: Sequence[str] | None, context: RequestContext
    ) -> dict[str, Any]:
        """Upload the files of an item, and return its fields."""
        uploader = self.context.uploader
        files = await uploader.upload_all(prepared.sources, context, None, digests)
        for part, file in zip(prepared.parts, files, strict=True):
            part.update(self.part_of(file))
        if self.complete is None:
            return prepared.fields
        return await self.complete(prepared.fields, context)

    def with_model(self, job: J) -> J:
        """Return a job with the type of `.parsed`; one from a journal has no client yet."""
        job = self.bound(job)
        return job if self.response_model is None else job.with_response_model(self.response_model)
