"""The operations that must not be sent twice, and a call for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import vlmrun
from tests.sample_data import SampleData, all_calls
from vlmrun.testing import Fault, Server

# POSTs that only read, or whose repetition costs nothing. Every other POST counts as paid.
REPEATABLE_POSTS = {
    "get_domain_schema": "reads",
    "get_hub_schema": "reads",
    "lookup_agent": "reads",
    "lookup_skill": "reads",
    "upload_file": "a second copy of a file costs nothing",
    "create_presigned_url": "reserves a slot that nobody has to use",
}

PAID = [
    each.id
    for each in vlmrun.operations()
    if each.method not in ("GET", "DELETE") and each.id not in REPEATABLE_POSTS and each.calls
]


class PaidCall(NamedTuple):
    """A call that sends a paid operation.

    Attributes:
        operation: The operation.
        send: Makes the call.
    """

    operation: str
    send: Callable[..., Any]


def paid_call(operation: str, client: Any, server: Server) -> PaidCall:
    """Return the call of `CALLS` for an operation, with the objects it needs created before."""
    data = SampleData(client, server)
    call = all_calls()[operation]
    # The first call creates the objects; the fault of a test must hit the operation alone.
    call(client, data)
    server.clear()
    return PaidCall(operation, lambda: call(client, data))


def inject(server: Server, operation: str, **fault: Any) -> None:
    """Make every request for an operation fail."""
    server.inject(Fault(operation, times=None, **fault))


def sent(server: Server, operation: str) -> int:
    """Return how many requests for an operation have arrived."""
    return [each.operation for each in server.requests].count(operation)
