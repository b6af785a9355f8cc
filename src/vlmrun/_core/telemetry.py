"""Spans and metrics of OpenTelemetry for the attempts to send requests.

Names and attributes follow the semantic conventions for HTTP clients:
https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client
https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration
"""

from __future__ import annotations

from typing import Any, NamedTuple

from vlmrun._attempts import RequestAttempt
from vlmrun._optional_imports import import_optional
from vlmrun.version import __version__

# The boundaries that the semantic conventions recommend, in seconds.
_BOUNDARIES = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

_NANOSECONDS = 1_000_000_000


class Target(NamedTuple):
    """The target of a request; its URL has no query."""

    method: str
    host: str
    port: int | None
    url: str


class Telemetry:
    """Records a span and a duration for each attempt.

    A span is recorded when its attempt has ended, as a child of the span that is current then. It
    is not propagated to the service.

    Raises:
        DependencyError: The extra `otel` is not installed.
    """

    def __init__(self) -> None:
        trace = import_optional("opentelemetry.trace", "otel", "telemetry=True")
        metrics = import_optional("opentelemetry.metrics", "otel", "telemetry=True")
        self._tracer = trace.get_tracer("vlmrun", __version__)
        self._kind = trace.SpanKind.CLIENT
        self._error = trace.StatusCode.ERROR
        self._durations = metrics.get_meter("vlmrun", __version__).create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BOUNDARIES,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()

    def record(self, target: Target, attempt: RequestAttempt, number: int) -> None:
        """Record an attempt that has ended.

        Args:
            target: What the request was sent to.
            attempt: The attempt.
            number: The number of attempts before it.
        """
        attributes = _attributes(target, attempt)
        self._durations.record(attempt.duration, attributes)
        attributes["url.full"] = target.url
        if number:
            attributes["http.request.resend_count"] = number
        if attempt.request_id is not None:
            attributes["http.response.header.x-request-id"] = [attempt.request_id]
        started = int(attempt.started * _NANOSECONDS)
        span = self._tracer.start_span(
            target.method, kind=self._kind, attributes=attributes, start_time=started
        )
        if attempt.error is not None:
            span.set_status(self._error)
        span.end(started + int(attempt.duration * _NANOSECONDS))


def _attributes(target: Target, attempt: RequestAttempt) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "http.request.method": target.method,
        "server.address": target.host,
    }
    if target.port is not None:
        attributes["server.port"] = target.port
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    if attempt.error is not None:
        # Of low cardinality, as the conventions demand: the status, or the class of the error.
        is_status = attempt.status is not None and attempt.status >= 400
        attributes["error.type"] = (
            str(attempt.status) if is_status else attempt.error.partition(":")[0]
        )
    return attributes
