"""Measure speed, memory use and size of the package, and print one table.

    make bench                                       # all benchmarks, about eight minutes
    .venv/bin/python benchmarks/run.py import_time   # only the benchmarks with these names

| benchmark        | measures                                       | compared with               |
|------------------|------------------------------------------------|-----------------------------|
| import_time      | CPU time to import and create a client         | an empty program            |
| command_start    | CPU time of `vlmrun --help` and `--version`    | importing typer and rich    |
| request_overhead | CPU time of a request on an open connection    | the same request with httpx |
| upload_memory    | peak memory of a process that uploads 256 MB   | one that uploads 64 bytes   |
| download_memory  | peak memory of a process that downloads 256 MB | one that downloads 64 bytes |
| batch_memory     | peak memory of `execute_many`, 20,000 items    | 500 items                   |
| rate_limit       | time and losses at a service with a rate limit | the least possible time     |
| waits            | requests of 1,000 waits, delay at their ends   | a polling loop for each     |
| skill_bundles    | time to bundle a skill of 50 MB                | zlib on the same bytes      |
| dataset_archives | time and memory to archive a directory         | tarfile; a small directory  |
| install_size     | distributions and bytes of `pip install`       | -                           |

Absolute times depend on the machine, so most rows are ratios: both sides are measured in the same
run, alternating with each other. The table has the minimum, median and maximum of all repetitions,
and the target for the median, if there is one.

The benchmarks need the development environment (`make setup`) and a package index, from which
import_time, command_start and install_size install the wheel's dependencies. They use no network
otherwise: servers run on this machine. The exit status is 0 whether or not the targets are met.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from cases import (
    batch_memory,
    command_start,
    dataset_archives,
    download_memory,
    import_time,
    install_size,
    rate_limit,
    request_overhead,
    skill_bundles,
    upload_memory,
    waits,
)
from installation import Installation
from measurement import Measurement

BENCHMARKS: dict[str, Callable[[Installation], Iterator[Measurement]]] = {
    "import_time": import_time.measure,
    "command_start": command_start.measure,
    "request_overhead": request_overhead.measure,
    "upload_memory": upload_memory.measure,
    "download_memory": download_memory.measure,
    "batch_memory": batch_memory.measure,
    "rate_limit": rate_limit.measure,
    "waits": waits.measure,
    "skill_bundles": skill_bundles.measure,
    "dataset_archives": dataset_archives.measure,
    "install_size": install_size.measure,
}
ROW = "{:<70} {:>9} {:>9} {:>9} {:>9}  {}"


def main(arguments: list[str] | None = None) -> None:
    """Run all benchmarks, or those named on the command line, and print each row when it is ready.

    Args:
        arguments: The command line without the name of the program. Default: that of this process.
    """
    known = ", ".join(BENCHMARKS)
    parser = argparse.ArgumentParser(description="Measure speed, memory use and size.")
    parser.add_argument("benchmark", nargs="*", help=f"any of {known} (default: all)")
    names = parser.parse_args(arguments).benchmark or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"unknown benchmark {name!r}; choose from {known}")
    print(ROW.format("measurement", "min", "median", "max", "target", "verdict"))
    with tempfile.TemporaryDirectory(prefix="vlmrun-bench-") as folder:
        installation = Installation(Path(folder))
        for name in names:
            for measurement in BENCHMARKS[name](installation):
                print(_row(measurement), flush=True)


def _row(measurement: Measurement) -> str:
    values = (min(measurement.values), measurement.median, max(measurement.values))
    columns = [_number(value, measurement.unit) for value in values]
    target = measurement.target
    limit = "" if target is None else f"<= {_number(target, measurement.unit)}"
    return ROW.format(measurement.name, *columns, limit, measurement.verdict).rstrip()


def _number(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if unit else f"{value:g}"


if __name__ == "__main__":
    main()
