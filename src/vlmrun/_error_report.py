"""The text that an error gives for a support ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmrun._displayed import Displayed
from vlmrun._redaction import redact, without_data
from vlmrun.version import __version__

if TYPE_CHECKING:
    from vlmrun._attempts import RequestAttempt
    from vlmrun._cards import Card

# Those that describe the request and its way, and nothing of the account or the document.
_HEADERS = frozenset(
    {
        "cf-ray",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "via",
        "x-request-id",
    }
)


class Reportable(Displayed):
    """Mixin of errors that can be reported to support."""

    def _card(self) -> Card:
        from vlmrun._cards import Card

        texts = [(name, getattr(self, name, None)) for name in ("message", "suggestion")]
        facts = [fact for fact in _facts(self) if not fact[0].startswith("header ")]
        return Card(type(self).__name__, [*texts, *facts])

    def report(self) -> str:
        """Return a text about the error for a support ticket.

        It has the versions, the message, the ids, and the attempts of the request. It has no API
        key, no signed URL, no content of a `data:` URL, and no body of a request or response.

        Example:
            >>> from vlmrun.errors import ServerError
            >>> print(ServerError("overloaded", request_id="req_1").report().splitlines()[1])
            ServerError: overloaded
        """
        lines = [_versions(), f"{type(self).__name__}: {getattr(self, 'message', self)}"]
        lines += [f"{name}: {value}" for name, value in _facts(self)]
        attempts: tuple[RequestAttempt, ...] = getattr(self, "attempts", ())
        if attempts:
            lines.append("attempts:")
        lines += [f"  {number}. {_describe(each)}" for number, each in enumerate(attempts, 1)]
        cause = getattr(self, "__cause__", None)
        if cause is not None:
            lines.append(f"cause: {type(cause).__name__}")
        # A message may quote an argument, such as a signed URL that is not valid.
        text: str = redact(without_data("\n".join(lines)))
        return text


def _versions() -> str:
    import platform
    import sys

    names = {"httpx": sys.modules.get("httpx"), "openai": sys.modules.get("openai")}
    packages = [f"{name} {module.__version__}" for name, module in names.items() if module]
    python = f"Python {platform.python_version()}"
    return ", ".join([f"vlmrun {__version__}", python, platform.platform(), *packages])


def _facts(error: Any) -> list[tuple[str, Any]]:
    names = ("http_status", "request_id", "error_type", "outcome", "job_id", "retry_after")
    facts = [(name, getattr(error, name, None)) for name in names]
    job = getattr(error, "job", None)
    if job is not None:
        facts += [
            ("job_id", getattr(job, "id", None)),
            ("job_status", getattr(job, "status", None)),
        ]
    headers = getattr(error, "headers", {})
    facts += [(f"header {name}", headers[name]) for name in sorted(_HEADERS & headers.keys())]
    return [(name, value) for name, value in facts if value is not None]


def _describe(attempt: RequestAttempt) -> str:
    result = "no response" if attempt.status is None else f"status {attempt.status}"
    text = f"{attempt.started_at.isoformat()} {result} after {attempt.duration:.2f} s"
    if attempt.request_id:
        text += f", request id {attempt.request_id}"
    if attempt.error:
        text += f", {attempt.error}"
    return text if attempt.pause is None else f"{text}; {attempt.pause:.2f} s until the next"
