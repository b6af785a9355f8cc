"""Spans and metrics of OpenTelemetry."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vlmrun.errors import APIError, DependencyError, InputError
from vlmrun.testing import Fault, Server


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans of a program that has configured the SDK of OpenTelemetry."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryMetricReader]:
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader])
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    yield reader
    provider.shutdown()


def test_each_attempt_is_a_span(
    connect: Callable[..., Any], server: Server, spans: InMemorySpanExporter
) -> None:
    client = connect(telemetry=True)
    server.inject(Fault("list_models", status=503))
    page = client.models.list()
    failed, succeeded = spans.get_finished_spans()
    host, port = server.url.split("/")[2].split(":")
    common = {
        "http.request.method": "GET",
        "server.address": host,
        "server.port": int(port),
        "url.full": f"{server.url}/models",
    }
    ids = [{"http.response.header.x-request-id": (each.id,)} for each in server.requests]
    assert failed.name == "GET"
    assert failed.kind is trace.SpanKind.CLIENT
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert dict(failed.attributes or {}) == {
        **common,
        "http.response.status_code": 503,
        "error.type": "503",
        **ids[0],
    }
    assert dict(succeeded.attributes or {}) == {
        **common,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        **ids[1],
    }
    assert succeeded.status.is_unset
    for span, attempt in zip((failed, succeeded), page.attempts, strict=True):
        assert span.start_time == int(attempt.started * 1e9)
        assert span.end_time == span.start_time + int(attempt.duration * 1e9)


def test_durations_are_measured(
    connect: Callable[..., Any], server: Server, reader: InMemoryMetricReader
) -> None:
    client = connect(telemetry=True, max_retries=0)
    client.models.list()
    server.inject(Fault("list_models", reset="after_reading"))
    with pytest.raises(APIError):
        client.models.list()
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
    assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
    points: list[Any] = list(metric.data.data_points)
    assert [point.count for point in points] == [1, 1]
    assert [point.attributes.get("error.type") for point in points] == [None, "NetworkError"]
    assert points[0].explicit_bounds[:3] == (0.005, 0.01, 0.025)


def test_no_query_is_recorded(
    connect: Callable[..., Any], server: Server, spans: InMemorySpanExporter
) -> None:
    client = connect(telemetry=True)
    client.files.upload(
        io.BytesIO(b"%PDF-1.4 x"), filename="a.pdf", method="presigned-url", force=True
    )
    urls = [str((span.attributes or {})["url.full"]) for span in spans.get_finished_spans()]
    assert len(urls) == 3
    assert not any("?" in url for url in urls)


def test_without_the_argument_nothing_is_recorded(client: Any, spans: InMemorySpanExporter) -> None:
    client.models.list()
    assert spans.get_finished_spans() == ()


def test_a_span_is_a_child_of_the_current_one(
    connect: Callable[..., Any], spans: InMemorySpanExporter
) -> None:
    client = connect(telemetry=True)
    with trace.get_tracer("program").start_as_current_span("work") as work:
        client.models.list()
    child = spans.get_finished_spans()[0]
    assert child.parent is not None
    assert child.parent.span_id == work.get_span_context().span_id


def test_a_missing_package_is_named(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(DependencyError, match=r"vlmrun\[otel\]"):
        connect(telemetry=True)


def test_a_value_that_is_not_a_bool_is_refused(connect: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="telemetry"):
        connect(telemetry="yes")
