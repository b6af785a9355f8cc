"""References to jobs that another process, or a later run, can continue with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from vlmrun._messages import type_and_repr
from vlmrun._validation import check_id
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model

if TYPE_CHECKING:
    from vlmrun.types.abstract import VLMRunProtocol

__all__ = ["JobHandle"]


class JobHandle(Model):
    """A job by its id: what another process needs to continue with it.

    It can be pickled, and stored as JSON (`to_json`, `model_validate_json`). It has no API key, so
    each call takes a client; with an `AsyncVLMRun`, its methods return coroutines.

    Attributes:
        id: The id of the job.
        kind: "execution" or "prediction".
        base_url: The base URL of the service that runs it.

    Example:
        >>> handle = client.executions.handle(execution.id)
        >>> text = handle.to_json()
        >>> done = JobHandle.model_validate_json(text).wait(client, timeout=300)
    """

    id: str
    kind: Literal["execution", "prediction"]
    base_url: str

    def _verify(self) -> None:
        check_id("JobHandle.id", self.id)

    def get(self, client: VLMRunProtocol, **arguments: Any) -> Any:
        """Return the job in its current state.

        Args:
            client: A client of the same service.
            **arguments: The arguments of `client.executions.get` but the id, such as
                `response_model`.

        Raises:
            InputError: The client is one of another service; nothing was sent.
        """
        return self._resource(client).get(self.id, **arguments)

    def wait(self, client: VLMRunProtocol, **arguments: Any) -> Any:
        """Wait until the job is completed, and return it.

        Args:
            client: A client of the same service.
            **arguments: The arguments of `client.executions.wait` but the id, such as `timeout`.

        Raises:
            InputError: The client is one of another service; nothing was sent.
        """
        return self._resource(client).wait(self.id, **arguments)

    def _resource(self, client: Any) -> Any:
        if not isinstance(getattr(client, "base_url", None), str):
            raise InputTypeError(
                f"client must be a VLMRun or AsyncVLMRun, got {type_and_repr(client)}",
                suggestion=f"client.{self.kind}s.handle(id).wait(client)",
            )
        if client.base_url != self.base_url:
            raise InputError(
                f"The {self.kind} {self.id} is at {self.base_url}, but the client is for "
                f"{client.base_url}",
                suggestion="Pass a client with the same base_url",
            )
        return client.executions if self.kind == "execution" else client.predictions
