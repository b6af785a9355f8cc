"""Measure speed, memory use and size of the package, and print one table.

    make bench                                       # all benchmarks, about fifteen minutes
    .venv/bin/python benchmarks/run.py import_time   # only the benchmarks with these names

| benchmark        | measures                                       | compared with               |
|------------------|------------------------------------------------|-----------------------------|
| import_time      | CPU time to import and create a client         | an empty program            |
| command_start    | CPU time of `vlmrun --help` and `--version`    | importing typer and rich    |
| first_call       | CPU time of a new process up to a response     | the same request with httpx |
| request_overhead | CPU time of a request on an open connection    | the same request with httpx |
| call_records     | CPU time of limiter and attempts of a request  | a request without them      |
| many_calls       | speed of calls at the same time; connections   | other clients               |
| many_uploads     | time of a call with 100 files                  | one upload                  |
| upload_memory    | peak memory of a process that uploads 1 GB     | one that uploads 64 bytes   |
| download_memory  | peak memory of a process that downloads 1 GB   | one that downloads 64 bytes |
| batch_memory     | peak memory of `execute_many`, 20,000 items    | 500 items                   |
| rate_limit       | time and losses at a service with a rate limit | the least possible time     |
| pictures         | time to draw evidence on a PDF; 200-page reports | rendering the PDF         |
| skill_bundles    | time and memory to bundle a skill of 50 MB     | zlib; the size of the bundle|
| waits            | requests of 1,000 waits, delay at their ends   | a polling loop for each     |
| dataset_archives | time and memory to archive a directory         | tarfile; a small directory  |
| install_size     | distributions and bytes of `pip install`       | -                           |

Absolute times depend on the machine, so most rows are ratios: both sides are measured in the same
run, alternating with each other. The table has the minimum, median and maximum of all repetitions,
and the target for the median, if there is one. A run of all benchmarks writes it to RESULTS.md.
`make bench-compare BASE=<revision>` compares the speed with that of another revision.

The benchmarks need the development environment (`make setup`) and a package index. The package is
installed as a wheel, and each other client into an environment of its own, which is kept in
build/benchmarks. They use no network otherwise: servers run on this machine. The exit status is 0
whether or not the targets are met.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from cases import (
    batch_memory,
    call_records,
    command_start,
    dataset_archives,
    download_memory,
    first_call,
    import_time,
    install_size,
    many_calls,
    many_uploads,
    pictures,
    rate_limit,
    request_overhead,
    skill_bundles,
    upload_memory,
    waits,
)
from installation import Installation
from measurement import Measurement
from report import HEADER, machine, row, write_results

BENCHMARKS: dict[str, Callable[[Installation], Iterator[Measurement]]] = {
    "import_time": import_time.measure,
    "command_start": command_start.measure,
    "first_call": first_call.measure,
    "request_overhead": request_overhead.measure,
    "call_records": call_records.measure,
    "many_calls": many_calls.measure,
    "many_uploads": many_uploads.measure,
    "upload_memory": upload_memory.measure,
    "download_memory": download_memory.measure,
    "batch_memory": batch_memory.measure,
    "rate_limit": rate_limit.measure,
    "pictures": pictures.measure,
    "waits": waits.measure,
    "skill_bundles": skill_bundles.measure,
    "dataset_archives": dataset_archives.measure,
    "install_size": install_size.measure,
}


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
    print(f"{machine()}\n\n{HEADER}")
    measurements: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="vlmrun-bench-") as folder:
        installation = Installation(Path(folder))
        for name in names:
            for measurement in BENCHMARKS[name](installation):
                measurements.append(measurement)
                print(row(measurement), flush=True)
    if names == list(BENCHMARKS):
        print(f"Written to {write_results(measurements)}")


if __name__ == "__main__":
    main()
