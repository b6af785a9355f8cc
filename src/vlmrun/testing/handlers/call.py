"""What a handler is given: a request that the contract has nothing against."""

from __future__ import annotations

from typing import Any

import attrs

from vlmrun.testing.state import State


@attrs.frozen
class Call:
    """A valid request.

    Attributes:
        state: What the server remembers.
        parameters: Values from path and query by name, in their types; only what was sent.
        body: The JSON value, or a form's fields.
        base_url: The server's root as the client sees it, with a slash at its end.
    """

    state: State
    parameters: dict[str, Any]
    body: Any
    base_url: str

    def parameter(self, name: str, default: Any = None) -> Any:
        """A parameter, or what the service takes where nothing is said."""
        return self.parameters.get(name, default)

    @property
    def skip(self) -> int:
        """How many items of a list to pass over."""
        return int(self.parameter("skip", 0))

    @property
    def limit(self) -> int:
        """How many items of a list to return."""
        return int(self.parameter("limit", 10))
