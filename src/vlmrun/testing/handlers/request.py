"""The request that a handler gets: validated against the contract, with typed parameters."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from vlmrun.testing.generation.input_facts import InputInspector
from vlmrun.testing.state.presigned_urls import file_of_url
from vlmrun.testing.state.store import State

T = TypeVar("T")


@attrs.frozen
class HandlerRequest:
    """A request that conforms to the contract.

    Attributes:
        state: The state of the server.
        parameters: The path and query parameters that were sent, by name, in their types.
        body: The JSON value, or the fields of a form.
        base_url: The root URL of the server as the client sees it, with a trailing slash.
    """

    state: State
    parameters: dict[str, Any]
    body: Any
    base_url: str

    def parameter(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default of the service if it was not sent."""
        return self.parameters.get(name, default)

    def page(self, items: list[T]) -> list[T]:
        """Return the page of a list that the parameters `skip` and `limit` select."""
        skip = int(self.parameter("skip", 0))
        return items[skip : skip + int(self.parameter("limit", 10))]

    def inspector(self) -> InputInspector:
        """Return an inspector of inputs that finds the files of this server."""
        return InputInspector(
            self.state.stored_file, lambda url: file_of_url(self.state, self.base_url, url)
        )
