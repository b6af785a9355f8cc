"""The root command: version, help, mistakes, exit codes, and what it imports."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import vlmrun.cli
from tests.cli.conftest import Command
from vlmrun import errors
from vlmrun.cli.exit_codes import EXIT_CODES, exit_code_of
from vlmrun.cli.problems import one_line
from vlmrun.testing import Fault
from vlmrun.version import __version__


def test_the_version(vlm: Command) -> None:
    assert vlm.ok("--version") == vlm.ok("-v") == f"vlmrun version: {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["files", "--help"], ["files", "list", "-h"]])
def test_help_needs_no_key(vlm: Command, arguments: list[str]) -> None:
    vlm.env = {"VLMRUN_API_KEY": None}
    assert "Usage: vlmrun" in vlm.ok(*arguments)


@pytest.mark.parametrize("arguments", [[], ["files"]])
def test_without_arguments_it_shows_help_as_an_error(vlm: Command, arguments: list[str]) -> None:
    result = vlm(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: vlmrun" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["exectue"], "Did you mean 'execute'?"),
        (["files", "lst"], "Did you mean 'list'?"),
        (["files", "list", "--limti", "3"], "--limit"),
        (["--base-url", "foo", "files", "list"], "--base-url must start with http:// or https://"),
        (["chat", "Hi", "-k", "nothing"], "--skill: nothing is not a folder"),
        (["files", "list", "-f", "yaml"], "Use one of: text, json, jsonl"),
        (["files", "list", "-f", "text", "--json"], "one output format"),
        (["--api-key", "--help"], "--api-key needs a value"),
        (["execute", "-p", "x", "--timeout", "inf"], "--timeout cannot be inf"),
        (["execute", "-p", "x", "--poll-interval", "inf"], "--poll-interval cannot be inf"),
        (["chat", "Hi", "-o", __file__], "is not a folder. Pass another one"),
        (["files", "list", "--limit", str(10**20)], "--limit must be 0 to"),
        (["executions", "get", ""], "Error: ID is empty"),
        (["files", "get", "a/b"], "Error: ID cannot be 'a/b'"),
        (["skills", "get", ""], "Error: NAME is empty"),
        (["execute", "-p", "x", "--callback-url", "y"], "Error: --callback-url must start with"),
        (["artifacts", "get", "img_abc123", "-s", "../x"], "Error: --session-id cannot be '../x'"),
        (
            ["artifacts", "get", "x", "-s", "y"],
            "one of img_, vid_, aud_, doc_, recon_, url_, arr_\n",
        ),
        (
            ["fine-tuning", "create", "--model", "", "--training-file", "f"],
            "Error: --model is empty",
        ),
        (["generate", "-i", __file__, "-d", ""], "Error: --domain is empty"),
        (["skills", "bundle", "."], "Error: DIR: no SKILL.md in"),
        (["serve", "--port", "99999"], "Error: --port must be 0 to 65535"),
    ],
)
def test_mistakes_are_one_line_on_stderr(vlm: Command, arguments: list[str], hint: str) -> None:
    result = vlm(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert hint in result.stderr
    assert vlm.server.requests == []


def test_a_file_whose_name_begins_with_a_dash(
    vlm: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-x.pdf").write_bytes(b"%PDF-1.4")  # as a glob of the shell passes it
    result = vlm("execute", "-p", "Read it", "-x.pdf")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such option: -x. -x.pdf is a file: write ./-x.pdf. Try" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "reasons"),
    [
        # The second is the wording of typer before 0.29, which reads values without pydantic.
        ("--limit", "0", ("must be greater than or equal to 1", "not in the range x>=1")),
        ("--skip", "x", ("must be a valid integer", "not a valid int")),
    ],
)
def test_invalid_numbers_are_named_with_their_option(
    vlm: Command, option: str, value: str, reasons: tuple[str, ...]
) -> None:
    result = vlm("files", "list", option, value)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert option in result.stderr
    assert re.search(rf"\b{value}\b", result.stderr)
    assert any(reason in result.stderr for reason in reasons)
    assert vlm.server.requests == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("list_files", status=401, times=None), 3),
        (Fault("list_files", status=403, times=None), 3),
        (Fault("list_files", status=404, times=None), 4),
        (Fault("list_files", status=402, times=None), 5),
        (Fault("list_files", status=422, times=None), 5),
    ],
)
def test_errors_of_the_service_have_exit_codes(vlm: Command, fault: Fault, code: int) -> None:
    vlm.server.inject(fault)
    result = vlm("files", "list", "--json")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.count("\n") == 1
    assert f"status {fault.status}" in result.stderr
    assert "client." not in result.stderr
    assert code in {each.code for each in EXIT_CODES}


def test_retries_are_announced(vlm: Command) -> None:
    vlm.server.inject(Fault("list_files", status=503, times=None))
    result = vlm("files", "list", "--json")
    assert (result.exit_code, result.stdout) == (7, "")
    *announced, error = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert "GET /v1/files: status 503; attempt 2 in " in announced[0]
    quiet = vlm("files", "list", "--json", "--quiet")
    assert quiet.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RateLimitError(), 6),
        (errors.ServerError(), 7),
        (errors.RequestTimeoutError(), 7),
        (errors.OutcomeUnknownError(), 8),
        (errors.JobFailedError("failed"), 1),
        (errors.WaitTimeoutError("late"), 1),
        (errors.DependencyError(), 1),
        (errors.APIKeyError(), 3),
        (errors.ConfigurationError("A message about a key"), 2),
        (errors.InputError("limit"), 2),
        (errors.FileAccessError("A message about what cannot be written"), 2),
        (errors.FileWriteError(), 1),
        (OSError(28, "No space left on device"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert exit_code_of(error) == code
    assert "\n" not in one_line(error)


def test_an_option_without_its_value_names_the_command(vlm: Command) -> None:
    result = vlm("execute", "-p")
    assert (result.exit_code, result.stderr) == (
        2, "Error: Option '-p' requires an argument. Try 'vlmrun execute --help'.\n"
    )  # fmt: skip


def test_the_help_shows_no_types_of_python(vlm: Command) -> None:
    assert "  INPUT  Files, folders" in vlm.ok("execute", "--help")


def test_nothing_listens_at_the_url(vlm: Command) -> None:
    vlm.env["VLMRUN_BASE_URL"] = "http://127.0.0.1:9/v1"
    result = vlm("models", "list", "--json", "-q")
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.count("\n") == 1


def test_a_missing_key_is_reported_with_the_three_ways_to_pass_it(vlm: Command) -> None:
    vlm.env["VLMRUN_API_KEY"] = ""
    result = vlm("files", "list")
    assert result.exit_code == 3
    for words in ("API key not found", "VLMRUN_API_KEY", "config set", "--api-key"):
        assert words in result.stderr
    assert vlm.server.requests == []


def test_global_options_may_stand_after_the_command(vlm: Command) -> None:
    vlm.env = {"VLMRUN_API_KEY": None, "VLMRUN_BASE_URL": None}
    url = vlm.server.url
    assert vlm.ok("files", "list", "--api-key", "k", "--base-url", url, "--json") == "[]\n"
    assert vlm.ok("--api-key", "k", "--base-url", url, "files", "list", "-j") == "[]\n"


def test_debug_shows_a_traceback_and_no_key(vlm: Command) -> None:
    vlm.server.inject(Fault("list_files", status=404))
    result = vlm("--debug", "files", "list")
    assert "Traceback" in result.stderr
    assert "test-key" not in result.stderr


def test_the_exit_codes_are_a_topic(vlm: Command) -> None:
    text = vlm.ok("help", "exit-codes")
    rows = vlm.json("help", "exit-codes")
    assert [row["code"] for row in rows] == [each.code for each in EXIT_CODES]
    assert all(f"{each.code:>4}  " in text for each in EXIT_CODES)


@pytest.mark.slow
def test_python_m_vlmrun_is_the_same(start: Callable[..., subprocess.Popen[str]]) -> None:
    stdout, stderr = start("files", "list", "--json").communicate(timeout=60)
    assert (stdout, stderr) == ("[]\n", "")


# All that the command line uses beside public names.
HELPERS = {"vlmrun._messages.closest", "vlmrun._files.staging.write_file"}


def test_only_public_names_and_two_helpers_are_imported() -> None:
    folder = Path(vlmrun.cli.__file__ or "").parent
    private = [
        f"{path.name}:{node.lineno}: {module}"
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for module in modules_of(node)
        # `doctor` looks at the connection itself: its certificate, and the time of the server.
        if (path.name, module) != ("doctor_network.py", "httpx")
        and module not in HELPERS
        and (
            module.startswith(("vlmrun_api", "httpx"))
            or (module.startswith("vlmrun.") and "._" in module.replace(".__", "."))
        )
    ]
    assert private == []


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []
