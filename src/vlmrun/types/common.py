"""Values that several resources share."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from vlmrun.types._base import Model, Received
from vlmrun.types._dump import as_json
from vlmrun.types._schema import check_response_model, parse

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "AgentToolset",
    "CreditUsage",
    "FilePurpose",
    "JSONObject",
    "JobStatus",
    "RequestMetadata",
    "ServiceTier",
]

JobStatus = Literal["pending", "enqueued", "running", "completed", "failed", "paused"]
ServiceTier = Literal["auto", "default", "standard", "flex", "priority"]
AgentToolset = Literal["core", "image", "image-gen", "world-gen", "viz", "document", "video", "web"]
FilePurpose = Literal["assistants", "batch", "fine-tune", "vision", "datasets"]

KNOWN_STATUSES: tuple[str, ...] = get_args(JobStatus)


class JSONObject(dict[str, Any]):
    """A plain dict that also answers to the two pydantic names that existing code calls on it.

    Example:
        >>> JSONObject(total=3).model_dump_json()
        '{"total":3}'
    """

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """The content as a plain dict."""
        return dict(self)

    def model_dump_json(self, *, indent: int | None = None, **_: Any) -> str:
        """The content as JSON text."""
        return as_json(self, indent)


class CreditUsage(Received):
    """What a job has cost and how much it processed."""

    elements_processed: float | None = None
    element_type: str | None = None
    credits_used: float | None = None
    steps: int | None = None
    message: str | None = None
    duration_seconds: float = 0


class RequestMetadata(Model):
    """Tags of a request. What is not set is not sent; the service then takes its own defaults.

    Attributes:
        environment: The service's default is "dev".
        session_id: Groups requests.
        allow_training: Whether the service may train on the data; its default is True.
    """

    environment: Literal["dev", "staging", "prod"] | None = None
    session_id: str | None = None
    allow_training: bool | None = None


class Tracked(Received):
    """What has an id, and a status that `wait` follows."""

    id: str
    status: str

    @property
    def status_is_known(self) -> bool:
        """Whether this version knows the status; an unknown one counts as going on."""
        return self.status in KNOWN_STATUSES

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status in ("completed", "failed")


class Job(Tracked):
    """What executions and predictions share: an answer beside the status."""

    response: Any

    _response_model: ClassVar[Any] = None

    @cached_property
    def parsed(self) -> Any:
        """The answer as an instance of the `response_model`; None without one, or before the end.

        Made when it is first read, so that an answer that does not fit is still there to be walked
        as `.response`.

        Raises:
            ResponseDecodeError: The answer does not fit; the error's `raw` has it.
        """
        response = self.response
        if self._response_model is None or self.status != "completed" or response is None:
            return None
        plain = response.to_dict() if isinstance(response, Received) else response
        return parse(self._response_model, plain)

    def with_response_model(self, response_model: Any) -> Self:
        """The same job, whose `parsed` is an instance of `response_model`."""
        check_response_model(response_model)
        twin = copy.copy(self)
        twin.__dict__.pop("parsed", None)
        twin.__dict__["_response_model"] = response_model
        return twin

    def _with_response(self, response: Any) -> Self:
        """The same job with its answer as an object; `raw` keeps the JSON."""
        twin = copy.copy(self)
        twin.__dict__.pop("parsed", None)
        twin.__dict__["response"] = response
        return twin

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; `update` replaces fields (checked), in `raw` too, `deep` copies nested values."""
        twin = super().model_copy(update=update, deep=deep)
        twin.__dict__.pop("parsed", None)
        return twin
