"""The calls of batches: an execution of an agent, or a prediction, for each input."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
        in_parts: list[int] = []
        for index, each in enumerate(inputs):
            if self.is_split(each):
                in_parts.append(index)
            else:
                groups.setdefault(self.resource_of(each), []).append(index)
        options["journal"] = journal
        if options.get("dry_run"):
            for index in in_parts:
                yield index, self._plan_in_parts(client, index, inputs[index], journal)
        elif in_parts:
            documents = [(index, inputs[index].item) for index in in_parts]
            yield from self._items_in_parts(client, documents, options)
        for name, members in groups.items():
            files = [inputs[index].item for index in members]
            items = self._many(client, name, files, options)
            with _ending(items):
                for item in items:
                    yield members[item.index], item

    def _many(self, client: Any, name: str, items: Iterable[Any], options: dict[str, Any]) -> Any:
        return getattr(getattr(client, name), self.method)(items, **self.request, **options)

    def _items_in_parts(
        self, client: Any, documents: Sequence[tuple[int, Any]], options: dict[str, Any]
    ) -> Generator[tuple[int, Any], None, None]:
        from vlmrun.cli.document_parts import DocumentParts
        from vlmrun.errors import VLMRunError

        assert self.split is not None
        found = DocumentParts(documents, self.split)
        # As `client.document.generate(split=..., journal=...)`, which sends what has failed again.
        options = {**options, "retry_failed": options["journal"] is not None}
        items = self._many(client, "document", found.parts(), options)
        with _ending(items):
            try:
                for item in items:
                    yield from found.finished(item)
            except VLMRunError as error:
                yield from found.stopped(error)
                raise
            yield from found.unreadable()

    def is_split(self, each: Input) -> bool:
        """Return whether an input is sent in parts: others than PDFs have none."""
        return self.split is not None and each.suffix == ".pdf"

    def _plan_in_parts(self, client: Any, index: int, each: Input, journal: Path | None) -> Any:
        from vlmrun.errors import VLMRunError
        from vlmrun.types.batches import BatchItem

        arguments = {**self.file_arguments(each), **self.request, "journal": journal}
        try:
            plan = client.document.generate(**arguments, split=self.split, dry_run=True)
        except VLMRunError as error:
            return BatchItem(index, each.item, error=error)
        return BatchItem(index, each.item, plan=plan)

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


@contextmanager
def _ending(items: Generator[Any, None, None]) -> Iterator[None]:
    """End a batch at the end of the block, and let it add the ids of its jobs to Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        with suppress(KeyboardInterrupt):
            items.throw(interruption)
        raise
    finally:
        items.close()


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
