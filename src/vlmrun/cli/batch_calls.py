"""The calls of batches: an execution of an agent, or a prediction, for each input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        resource_of: Returns the resource of a client that has the method, for an input.
        submit: Submits the job for one input, and returns it: of the resource, the input, and the
            common arguments.
    """

    kind: Kind
    request: dict[str, Any]
    method: str
    resource_of: Callable[[Any, Input], Any]
    submit: Callable[[Any, Input, dict[str, Any]], Any]

    def groups_of(self, client: Any, inputs: Sequence[Input]) -> list[tuple[Any, list[int]]]:
        """Return the resources, and the numbers of the inputs for each of them.

        Documents, videos and audio files are predicted by three of them.
        """
        groups: dict[int, tuple[Any, list[int]]] = {}
        for index, each in enumerate(inputs):
            resource = self.resource_of(client, each)
            groups.setdefault(id(resource), (resource, []))[1].append(index)
        return list(groups.values())


def execute_call(request: dict[str, Any]) -> BatchCall:
    """Return the call that executes an agent.

    Args:
        request: The arguments of `client.agent.execute`.
    """
    return BatchCall(
        "executions", request, "execute_many", lambda client, _: client.agent, _submit_execution
    )


def generate_call(request: dict[str, Any], kind: str | None) -> BatchCall:
    """Return the call that makes predictions.

    Args:
        request: The arguments of `client.document.generate`.
        kind: "image", "document", "video" or "audio"; None for that of each input.
    """
    return BatchCall(
        "predictions",
        request,
        "generate_many",
        lambda client, each: resource_for(client, kind or kind_of(each)),
        _submit_prediction,
    )


def kind_of(each: Input) -> str:
    """Return the kind of an input by its suffix: "video", "audio" or "document"."""
    from vlmrun.constants import SUPPORTED_AUDIO_FILETYPES, SUPPORTED_VIDEO_FILETYPES

    if each.suffix in SUPPORTED_VIDEO_FILETYPES:
        return "video"
    return "audio" if each.suffix in SUPPORTED_AUDIO_FILETYPES else "document"


def resource_for(client: Any, kind: str) -> Any:
    """Return the resource of a client for a kind of files."""
    # Images are sent to the same operation as documents, as the official command does.
    return getattr(client, kind if kind in ("video", "audio") else "document")


def file_arguments(each: Input) -> dict[str, Any]:
    """Return the arguments of `generate` for an input."""
    if isinstance(each.item, tuple):
        name, data = each.item
        return {"file": data, "filename": name}
    return {"url" if each.is_url else "file": each.item}


def _submit_execution(resource: Any, each: Input, request: dict[str, Any]) -> Any:
    file = url_part(each.item) if each.is_url else each.item
    return resource.execute(inputs={"file": file}, **request)


def _submit_prediction(resource: Any, each: Input, request: dict[str, Any]) -> Any:
    return resource.generate(batch=True, **file_arguments(each), **request)
