"""A server that responds to every GET with the same execution, with as little work as possible.

    python -m processes.execution_server [DELAY [CERTIFICATE]]

The first line of its output has its URL. Responses are sent after DELAY seconds (default 0). With
CERTIFICATE, a file with a private key and a chain of certificates, it serves https. A request for
`/connections` gets the number of connections that were opened before its own. It runs until it is
terminated.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from functools import partial

EXECUTION = {
    "id": "9f0c6a52-4c1e-4b0e-9f61-1a7d4f1f2c55",
    "name": "invoice-extraction",
    "status": "completed",
    "created_at": "2026-01-15T09:30:12.482113Z",
    "completed_at": "2026-01-15T09:30:47.120394Z",
    "execution_mode": "agent",
    "usage": {
        "elements_processed": 3,
        "element_type": "page",
        "credits_used": 12,
        "steps": 4,
        "message": None,
        "duration_seconds": 34,  # the official SDK accepts whole numbers only
    },
    "response": {
        "invoice_id": "INV-2026-00417",
        "issuer": {"name": "Nordlicht Optik GmbH", "address": "Hafenstraße 12, 24103 Kiel"},
        "customer": {"name": "Atelier Vauquelin", "address": "8 rue des Lilas, 69003 Lyon"},
        "issued": "2026-01-09",
        "currency": "EUR",
        "lines": [
            {"text": "Lens 35 mm, coated", "quantity": 4, "unit_price": 312.5, "total": 1250.0},
            {"text": "Adapter ring M42", "quantity": 10, "unit_price": 18.9, "total": 189.0},
            {"text": "Freight, insured", "quantity": 1, "unit_price": 64.0, "total": 64.0},
        ],
        "net": 1503.0,
        "tax": 285.57,
        "total": 1788.57,
    },
}
BODY = json.dumps(EXECUTION, ensure_ascii=False, separators=(",", ":")).encode()


def response(body: bytes) -> bytes:
    """Return a response with headers like those of the service."""
    return b"\r\n".join(
        [
            b"HTTP/1.1 200 OK",
            b"date: Thu, 15 Jan 2026 09:31:02 GMT",
            b"server: uvicorn",
            b"content-type: application/json",
            b"content-length: %d" % len(body),
            b"x-request-id: 2f1c9f0e6b3d4a7f8e5c1b0a9d8e7f6a",
            b"cache-control: no-store",
            b"",
            body,
        ]
    )


RESPONSE = response(BODY)


class Responder(asyncio.Protocol):
    """A persistent connection; requests have no body, so each ends with an empty line.

    Args:
        delay: Seconds until a response is sent.
    """

    opened = 0

    def __init__(self, delay: float) -> None:
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport of the connection, and count it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._opened_before = Responder.opened
        Responder.opened += 1

    def data_received(self, data: bytes) -> None:
        """Respond to each complete request."""
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        if requests and requests[0].startswith(b"GET /connections "):
            self._transport.write(response(b"%d" % self._opened_before))
        elif self._delay:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._transport.write, RESPONSE * len(requests))
        else:
            self._transport.write(RESPONSE * len(requests))


async def main(delay: str = "0", certificate: str | None = None) -> None:
    """Serve on a free port."""
    create = partial(Responder, float(delay))
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    # The backlog: a client may open a hundred connections at the same time.
    server = await asyncio.get_running_loop().create_server(
        create, "127.0.0.1", 0, backlog=512, ssl=context
    )
    scheme = "http" if context is None else "https"
    print(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
