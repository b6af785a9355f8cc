"""The calls of batches: an execution of an agent, or a prediction, for each input."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.inputs import Input
from vlmrun.cli.uploads import url_part
from vlmrun.cli.waiting import Kind


class BatchCall(NamedTuple):
    """The calls of the SDK for the inputs of a batch.

    Attributes:
        kind: The resource of the jobs.
        request: The arguments that all inputs have in common.
        method: The method for many inputs, "execute_many" or "generate_many".
        resource_of: Returns the resource of the client that has the method, for an input.
        split: The number of pages of a part at most, to send PDFs in parts, or None.
    """

    kind: Kind
    request: dict[str, Any]
    method: str
    resource_of: Callable[[Input], str]
    split: int | None = None

    def items(
        self, client: Any, inputs: Sequence[Input], journal: Path | None, **options: Any
    ) -> Generator[tuple[int, Any], None, None]:
        """Yield the number of each input, and its item of `execute_many` or `generate_many`.

        Args:
            client: The client.
            inputs: The inputs.
            journal: The journal.
            **options: More arguments of these methods.
        """
        groups: dict[str, list[int]] = {}  # documents, videos and others have methods of their own
        for index, each in enumerate(inputs):
            if self.is_split(each):
                yield index, self._item_in_parts(client, index, each, journal, **options)
            else:
                groups.setdefault(self.resource_of(each), []).append(index)
        for name, members in groups.items():
            resource, files = getattr(client, name), [inputs[index].item for index in members]
            items = getattr(resource, self.method)(
                files, **self.request, journal=journal, **options
            )
            try:
                for item in items:
                    yield members[item.index], item
            except KeyboardInterrupt as interruption:
                with suppress(KeyboardInterrupt):
                    items.throw(interruption)
                raise
            finally:
                items.close()

    def is_split(self, each: Input) -> bool:
        """Return whether an input is sent in parts: others than PDFs have none."""
        return self.split is not None and each.suffix == ".pdf"

    def _item_in_parts(
        self,
        client: Any,
        index: int,
        each: Input,
        journal: Path | None,
        *,
        dry_run: bool = False,
        wait_timeout: float | None = None,
        **_: Any,
    ) -> Any:
        """Return the item of a document that is sent in parts."""
        from vlmrun import errors
        from vlmrun.types.batches import BatchItem

        for_all = (
            errors.AuthenticationError,
            errors.BudgetExceededError,
            errors.ConfigurationError,
            errors.InsufficientCreditsError,
            errors.JournalError,
        )
        try:
            found = self.predict_parts(client, each, journal, wait_timeout, dry_run=dry_run)
        except for_all:
            raise
        except errors.VLMRunError as error:
            return BatchItem(index, each.item, error=error)
        if dry_run:
            return BatchItem(index, each.item, plan=found)
        return BatchItem(index, each.item, found.id, found)

    def predict_parts(
        self,
        client: Any,
        each: Input,
        journal: Path | None,
        timeout: float | None,
        *,
        dry_run: bool = False,
    ) -> Any:
        """Return the prediction of a document that is sent in parts, or its plan.

        Args:
            client: The client.
            each: The document.
            journal: The journal, to send only parts that have no prediction.
            timeout: Seconds to wait for each part.
            dry_run: Whether to send nothing.

        Raises:
            DocumentPartsError: Parts failed; it has the others.
        """
        return client.document.generate(
            **self.file_arguments(each),
            **self.request,
            split=self.split,
            journal=journal,
            wait_timeout=timeout,
            dry_run=dry_run,
        )

    def submit(self, client: Any, each: Input, **arguments: Any) -> Any:
        """Submit the job for one input, and return it.

        Args:
            client: The client.
            each: The input.
            **arguments: More arguments of `generate`; `file_id` is in place of the file.
        """
        resource = getattr(client, self.resource_of(each))
        if self.kind == "executions":
            file = url_part(each.item) if each.is_url else each.item
            return resource.execute(inputs={"file": file}, **self.request)
        sent = {} if "file_id" in arguments else self.file_arguments(each)
        return resource.generate(**{"batch": True, **sent, **self.request, **arguments})

    def file_arguments(self, each: Input) -> dict[str, Any]:
        """Return the arguments of `generate` for an input."""
        if not isinstance(each.item, tuple):
            return {"file": each.item}
        name, data = each.item
        return {"file": data, "filename": name}


def execute_call(request: dict[str, Any]) -> BatchCall:
    """Return the call that executes an agent.

    Args:
        request: The arguments of `client.agent.execute`.
    """
    return BatchCall("executions", request, "execute_many", lambda each: "agent")


def generate_call(request: dict[str, Any], kind: str | None, split: int | None = None) -> BatchCall:
    """Return the call that makes predictions.

    Args:
        request: The arguments of `client.document.generate`.
        kind: "image", "document", "video" or "audio"; None for that of each input.
        split: The number of pages of a part at most, to send documents in parts, or None.
    """

    def resource_of(each: Input) -> str:
        found = kind or _kind_of(each)
        # The official command sends images where it sends documents, whatever their domain is.
        return "document" if found == "image" else found

    return BatchCall("predictions", request, "generate_many", resource_of, split)


def _kind_of(each: Input) -> str:
    """Return the kind of an input by its suffix: "video", "audio" or "document"."""
    from vlmrun.constants import SUPPORTED_AUDIO_FILETYPES, SUPPORTED_VIDEO_FILETYPES

    if each.suffix in SUPPORTED_VIDEO_FILETYPES:
        return "video"
    return "audio" if each.suffix in SUPPORTED_AUDIO_FILETYPES else "document"
