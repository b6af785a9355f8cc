"""`vlmrun` in pipes and scripts: closed readers, full disks, closed streams, other encodings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

Start = Callable[..., "subprocess.Popen[str]"]


def _ignore_hangup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout or "", stderr or ""


def test_a_reader_that_ends_early(start: Start, vlm: Command) -> None:
    for _ in range(3):
        vlm.ok("execute", "-p", "x", "--no-wait")
    reader = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert reader.stdin is not None
    process = start("executions", "list", "--jsonl", stdout=reader.stdin)
    reader.stdin.close()
    code, _, stderr = end(process)
    reader.wait(60)
    assert (code in (0, 141), stderr) == (True, "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGHUP")
@pytest.mark.parametrize(("name", "expected"), [("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.vlmrun_server(polls=1_000_000)
@pytest.mark.usefixtures("interruptible")
def test_signals_that_end_it_say_how_to_go_on(
    start: Start, vlm: Command, name: str, expected: int
) -> None:
    process = start("execute", "-p", "x")
    assert process.stderr is not None
    first = process.stderr.readline()
    assert "submitted" in first
    id = first.split()[1]
    process.stderr.readline()  # the wait has begun
    process.send_signal(getattr(signal, name))
    code, stdout, stderr = end(process)
    assert (code, stdout) == (expected, "")
    assert f"{id} goes on. Wait for it: vlmrun executions get {id} --wait" in stderr


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
@pytest.mark.vlmrun_server(polls=1_000_000)
def test_a_signal_that_arrives_twice_does_not_cost_the_id(start: Start) -> None:
    # As from `make`, which passes on the Ctrl-C that the terminal has sent to all.
    process = start("execute", "-p", "x")
    assert process.stderr is not None
    id = process.stderr.readline().split()[1]
    process.stderr.readline()  # the wait has begun
    for _ in range(20):
        process.terminate()
    code, _, stderr = end(process)
    assert code == 143
    assert f"vlmrun executions get {id} --wait" in stderr
    assert "Traceback" not in stderr


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGHUP")
def test_with_nohup_it_goes_on(start: Start, vlm: Command) -> None:
    process = start("execute", "-p", "x", "--json", preexec_fn=_ignore_hangup)
    assert process.stderr is not None
    process.stderr.readline()  # it was submitted, and is polled several times
    process.send_signal(signal.SIGHUP)
    code, stdout, _ = end(process)
    assert (code, json.loads(stdout)["status"]) == (0, "completed")


def test_a_reader_that_is_gone(start: Start, vlm: Command) -> None:
    vlm.ok("execute", "-p", "x", "--no-wait")
    read, write = os.pipe()
    os.close(read)
    process = start("executions", "list", "--json", stdout=write)
    os.close(write)
    code, _, stderr = end(process)
    assert (code, stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["files", "list", "--json"], ["help", "exit-codes"]])
def test_a_full_disk(start: Start, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, stderr = end(start(*arguments, stdout=full))
    assert code == 1
    assert "No space left on device" in stderr
    assert stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["execute", "-p", "x", "--no-wait"], "vlmrun executions get {id} --wait"),
        (["execute", "-p", "x", "--no-wait", "--json"], "vlmrun executions get {id} --wait"),
        (["execute", "-p", "x", "--json"], "vlmrun executions get {id} --wait"),
        (["execute", "-p", "x", "{pdf}", "{pdf}", "--no-wait"], "vlmrun executions get {id} "),
        (["execute", "-p", "x", "{pdf}", "{pdf}"], "were submitted:\n  {id}\n"),
        (["execute", "-p", "x", "{pdf}", "--journal", "{db}"], "Run the same command again"),
        (["chat", "Hi", "--json"], "vlmrun chat --session-id "),
    ],
)
def test_a_full_disk_does_not_cost_the_ids(
    start: Start, vlm: Command, tmp_path: Path, pdf: Path, arguments: list[str], note: str
) -> None:
    arguments = [each.format(pdf=pdf, db=tmp_path / "runs.sqlite") for each in arguments]
    with Path("/dev/full").open("w") as full:
        code, _, stderr = end(start(*arguments, stdout=full))
    assert code == 1
    assert "No space left on device" in stderr
    ids = [job["id"] for job in vlm.json("executions", "list")] or [""]
    assert any(note.format(id=id) in stderr for id in ids)


def test_closed_standard_streams(start: Start) -> None:
    shell = f'exec "{sys.executable}" -m vlmrun "$@"'
    script = {
        "chat <&-": (2, "There is no prompt"),
        "chat - <&-": (2, "standard input is closed"),
        "files list --json >&-": (1, "standard output: it is closed"),
        "--help >&-": (1, "standard output: it is closed"),
        "--version >&-": (1, "standard output: it is closed"),
    }
    for command, (expected, message) in script.items():
        arguments, redirection = command.rsplit(" ", 1)
        line = shell.replace('"$@"', f"{arguments} {redirection}")
        environment = {**os.environ, "VLMRUN_API_KEY": "k", "VLMRUN_BASE_URL": _url(start)}
        done = subprocess.run(
            ["sh", "-c", line],
            check=False,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == expected, done.stderr
        assert message in done.stderr
        assert "Traceback" not in done.stderr


def _url(start: Start) -> str:
    """Return the URL of the mock server that `start` uses."""
    url: str = start.url  # type: ignore[attr-defined]
    return url


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_other_encodings_of_stdout(start: Start, vlm: Command, encoding: str) -> None:
    vlm.server.on_execute(lambda run: {"text": "Zürich → 東京"})
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    options = {"env": env, "text": False}
    process = start("execute", "-p", "x", "--poll-interval", "0.1", "--json", **options)
    stdout, _ = process.communicate(timeout=60)
    assert json.loads(stdout)["response"] == {"text": "Zürich → 東京"}


def test_without_typer_it_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError('x', name='typer')\n")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-m", "vlmrun", "files", "list"],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'vlmrun[cli]'" in done.stderr


def test_help_and_version_import_little() -> None:
    program = (
        "import sys\nsys.argv = ['vlmrun', {argument!r}]\n"
        "from vlmrun.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sorted(sys.modules))"
    )
    loaded = {}
    for argument in ("--help", "--version"):
        code = program.format(argument=argument)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
        )
        loaded[argument] = set(done.stdout.rsplit("MODULES ", 1)[1].split())
    assert "typer" in loaded["--help"]
    assert "typer" not in loaded["--version"]
    heavy = {"httpx", "openai", "attrs", "rich", "vlmrun.errors", "tomlkit", "logging", "asyncio"}
    assert not heavy & loaded["--help"]
    ours = {name for name in loaded["--help"] if name.startswith("vlmrun.")}
    assert not {name for name in ours if "commands" in name}


def test_version_and_help_write_nothing(start: Start, home: Path) -> None:
    for arguments in (["--version"], ["--help"], ["chat", "--help"]):
        assert end(start(*arguments))[0] == 0
    assert [*home.iterdir()] == []
