"""A server that responds to every GET with the same execution, with as little work as possible.

    python -m processes.execution_server

The first line of its output has its URL. It runs until it is terminated.
"""

from __future__ import annotations

import asyncio
import json

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
        "duration_seconds": 34.6,
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
RESPONSE = b"\r\n".join(
    [
        b"HTTP/1.1 200 OK",
        b"date: Thu, 15 Jan 2026 09:31:02 GMT",
        b"server: uvicorn",
        b"content-type: application/json",
        b"content-length: %d" % len(BODY),
        b"x-request-id: 2f1c9f0e6b3d4a7f8e5c1b0a9d8e7f6a",
        b"cache-control: no-store",
        b"",
        BODY,
    ]
)


class Responder(asyncio.Protocol):
    """A persistent connection; requests have no body, so each ends with an empty line."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport of the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Respond to each complete request."""
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        self._transport.write(RESPONSE * len(requests))


async def main() -> None:
    """Serve on a free port."""
    server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
