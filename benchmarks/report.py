"""The table of measurements, on the screen and in RESULTS.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from installation import ROOT, peer_versions
from measurement import Measurement

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
ROW = "{:<74} {:>9} {:>9} {:>9} {:>9}  {}"
HEADER = ROW.format("measurement", "min", "median", "max", "target", "verdict")


def machine() -> str:
    """Describe this machine, and how busy it is: ratios of a busy machine vary."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores{load}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}; vlmrun {version('vlmrun')} ({_revision()})"
    )


def row(measurement: Measurement) -> str:
    """Return the line of a measurement for the screen."""
    return ROW.format(*_columns(measurement)).rstrip()


def write_results(measurements: Sequence[Measurement]) -> Path:
    """Write all measurements to RESULTS.md, and return its path."""
    peers = ", ".join(f"{name} {found}" for name, found in peer_versions().items())
    lines = [
        "# Benchmark results",
        "",
        f"Written by `make bench` on {date.today()}. Ratios are those of one run; the target is",
        "for the median of all repetitions. [run.py](run.py) says what each row compares.",
        "",
        f"- Machine: {machine()}",
        f"- Other packages: {peers}",
        "",
        "| measurement | min | median | max | target | verdict |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(_columns(each))} |" for each in measurements),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return RESULTS


def _columns(measurement: Measurement) -> list[str]:
    values = (min(measurement.values), measurement.median, max(measurement.values))
    target = measurement.target
    relation = ">=" if measurement.is_minimum else "<="
    limit = "" if target is None else f"{relation} {_number(target, measurement.unit)}"
    numbers = [_number(value, measurement.unit) for value in values]
    return [measurement.name, *numbers, limit, measurement.verdict]


def _number(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if unit else f"{value:g}"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _revision() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "no git revision"
