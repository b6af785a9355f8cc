"""The request that a handler gets: validated against the contract, with typed parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import attrs

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.input_facts import InputInspector
from vlmrun.testing.state.presigned_urls import file_of_url
from vlmrun.testing.state.store import State

T = TypeVar("T")

_UNREADABLE_REMEDY = (
    "Send a file that can be read; for made-up contents in tests, start the mock server with "
    "serve(accept_unreadable=True)"
)


@attrs.frozen
class HandlerRequest:
    """A request that conforms to the contract.

    Attributes:
        state: The state of the server.
        parameters: The path and query parameters that were sent, by name, in their types.
        body: The JSON value, or the fields of a form.
        base_url: The root URL of the server as the client sees it, with a trailing slash.
        notes: Notes for the log and the response: what the service might have refused.
        prefix: The path of the server of its operation, such as "/v1".
    """

    state: State
    parameters: dict[str, Any]
    body: Any
    base_url: str
    notes: list[str] = attrs.field(factory=list)
    prefix: str = ""

    def parameter(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default of the service if it was not sent."""
        return self.parameters.get(name, default)

    def page(self, items: list[T]) -> list[T]:
        """Return the page of a list that the parameters `skip` and `limit` select."""
        skip = int(self.parameter("skip", 0))
        return items[skip : skip + int(self.parameter("limit", 10))]

    def accepts_unknown(self, what: str) -> bool:
        """Return whether to accept a reference to something unknown, and note that if so."""
        if self.state.settings.strict:
            return False
        note = f"{what} is unknown to the mock server, and was accepted"
        if note not in self.notes:
            self.notes.append(note)
        return True

    def note_placeholder(self, what: str) -> None:
        """Note that something in a list was created because a request referred to it."""
        self.notes.append(f"{what} is a placeholder: a request referred to it, nobody stored it")

    def reject(self, location: Sequence[str], message: str) -> None:
        """Reject the request because of one of its values; if not strict, note it instead.

        Raises:
            InvalidRequest: The server is strict.
        """
        if self.state.settings.strict:
            raise invalid_request(location, message)
        self.notes.append(f"{message}; the mock server accepted it")

    def check_readable(self, problems: Sequence[str], location: Sequence[str]) -> None:
        """Reject the request if a file cannot be read, or note that.

        Args:
            problems: A sentence about each file that cannot be read.
            location: The location of the files in the request.

        Raises:
            InvalidRequest: The server refuses files that cannot be read.
        """
        for problem in problems:
            if self.state.settings.refuses_unreadable:
                raise invalid_request(location, f"{problem}. {_UNREADABLE_REMEDY}")
            self.notes.append(f"{problem}; the mock server accepted it")

    def inspector(self) -> InputInspector:
        """Return an inspector of inputs that finds the files of this server."""
        return InputInspector(
            self.state.stored_file, lambda url: file_of_url(self.state, self.base_url, url)
        )
