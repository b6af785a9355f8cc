"""`vlmrun config`, and how the config file, its profiles and the environment work together."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import KEY, Command
from vlmrun import VLMRun
from vlmrun.testing import Outcome

SECRET = "vlm-0123456789abcdef"


@pytest.fixture
def config(home: Path) -> Path:
    folder = home / ".vlmrun"
    folder.mkdir()
    return folder / "config.toml"


@pytest.fixture
def alone(vlm: Command) -> Command:
    """The command without settings in the environment."""
    names = ("VLMRUN_API_KEY", "VLMRUN_BASE_URL", "VLMRUN_PROFILE")
    vlm.env = dict.fromkeys(names, None)
    return vlm


def authorizations(vlm: Command) -> list[str | None]:
    return [request.headers.get("authorization") for request in vlm.server.requests]


def test_init_creates_a_file_that_only_its_owner_can_read(alone: Command, home: Path) -> None:
    path = home / ".vlmrun" / "config.toml"
    before = os.umask(0)
    try:
        assert alone.ok("config", "init") == f"{path}\n"
    finally:
        os.umask(before)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert 'api_key = ""' in path.read_text()
    path.write_text('api_key = "mine"\n')
    result = alone("config", "init")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--force" in result.stderr
    assert path.read_text() == 'api_key = "mine"\n'
    alone.ok("config", "init", "-f")
    assert "mine" not in path.read_text()


def test_nothing_is_created_by_reading(alone: Command, home: Path) -> None:
    result = alone("config", "show")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "config set --api-key -" in result.stderr
    alone.ok("config", "set")
    alone.ok("config", "unset")
    assert list(home.iterdir()) == []


def test_set_keeps_comments_and_unknown_keys(alone: Command, config: Path) -> None:
    config.write_text('# mine\ncolor = "blue" # keep\n\n[profiles.x]\napi_key = "a"\n')
    alone.ok("config", "set", "--api-key", SECRET, "--cache-dir", r"C:\base \"x\"")
    text = config.read_text()
    assert text.startswith('# mine\ncolor = "blue" # keep\n')
    assert text.endswith('[profiles.x]\napi_key = "a"\n')
    assert alone.json("config", "show")["cache_dir"] == r"C:\base \"x\""
    alone.ok("config", "unset", "--api-key", "--cache-dir")
    assert "# mine" in config.read_text()
    assert alone.json("config", "show")["api_key"] is None


def test_keys_are_never_echoed(alone: Command, config: Path) -> None:
    assert SECRET not in alone("config", "set", "--api-key", SECRET).output
    assert alone.ok("config", "show") == "api_key: vlm-...cdef\n"
    assert alone.json("config", "show")["api_key"] == "vlm-...cdef"
    alone.ok("config", "set", "--api-key", "-", input="short-key\n")
    assert 'api_key = "short-key"' in config.read_text()
    assert alone.ok("config", "show") == "api_key: ********\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--api-key", "--help"], "--api-key needs a value"),
        (["--api-key", "a b"], "key"),
        (["--api-key", ""], "unset --api-key"),
        (["--api-key", "-"], "empty"),
        (["--base-url", "host"], "https://"),
        (["--base-url", "ftp://host"], "https://"),
    ],
)
def test_invalid_values_are_not_stored(
    alone: Command, config: Path, arguments: list[str], words: str
) -> None:
    result = alone("config", "set", *arguments, input="\n")
    assert result.exit_code in (2, 3)
    assert words in result.stderr
    assert not config.exists()


def test_the_stored_settings_are_used(alone: Command) -> None:
    alone.ok("config", "set", "--api-key", SECRET, "--base-url", alone.server.url)
    assert alone.ok("files", "list", "--json") == "[]\n"
    assert authorizations(alone) == [f"Bearer {SECRET}"]


def test_a_flag_precedes_the_environment_which_precedes_the_file(alone: Command) -> None:
    alone.ok("config", "set", "--api-key", "from-file", "--base-url", "http://127.0.0.1:9/v1")
    alone.env = {"VLMRUN_API_KEY": KEY, "VLMRUN_BASE_URL": alone.server.url}
    alone.ok("files", "list")
    alone.ok("--api-key", "from-flag", "files", "list")
    alone.ok("files", "list", "--api-key", "from-flag")
    assert authorizations(alone) == [f"Bearer {KEY}", "Bearer from-flag", "Bearer from-flag"]
    result = alone("config", "show")
    assert result.stderr.count("takes precedence over the config file") == 2
    # An empty value counts as unset.
    alone.env["VLMRUN_API_KEY"] = " "
    alone.ok("files", "list")
    assert authorizations(alone)[-1] == "Bearer from-file"


def test_artifacts_are_stored_in_the_cache_dir(alone: Command, home: Path) -> None:
    alone.server.on_execute(
        lambda run: Outcome({"a": {"id": "doc_0a1b2c"}}, artifacts={"doc_0a1b2c": b"%PDF-1.7"})
    )
    with VLMRun(base_url=alone.server.url, api_key=KEY) as client:
        execution = client.agent.execute(prompt="Draw it", batch=False)
    url = alone.server.url
    alone.ok("config", "set", "--api-key", KEY, "--base-url", url, "--cache-dir", "~/elsewhere")
    path = Path(alone.ok("artifacts", "get", "doc_0a1b2c", "-e", execution.id).strip())
    assert path.is_relative_to(home / "elsewhere")
    assert "VLMRUN_CACHE_DIR" not in os.environ
    alone.env["VLMRUN_CACHE_DIR"] = str(home / "third")
    path = Path(alone.ok("artifacts", "get", "doc_0a1b2c", "-e", execution.id).strip())
    assert path.is_relative_to(home / "third")


def test_profiles(alone: Command) -> None:
    url = alone.server.url
    alone.ok("config", "set", "--api-key", "top", "--base-url", url)
    alone.ok("--profile", "staging", "config", "set", "--api-key", "staged", "--base-url", url)
    alone.ok("config", "set", "--profile", "empty", "--base-url", url)
    alone.ok("files", "list")
    alone.ok("files", "list", "--profile", "staging")
    alone.env["VLMRUN_PROFILE"] = "staging"
    alone.ok("files", "list")
    alone.ok("--profile", "default", "files", "list")
    assert authorizations(alone) == [f"Bearer {key}" for key in ("top", "staged", "staged", "top")]
    assert alone.json("config", "profiles") == [
        {"name": "default", "is_used": False},
        {"name": "empty", "is_used": False},
        {"name": "staging", "is_used": True},
    ]


def test_a_profile_never_gets_the_key_of_another_place(alone: Command) -> None:
    alone.ok("config", "set", "--api-key", "top")
    alone.ok("config", "set", "--profile", "other", "--base-url", alone.server.url)
    alone.env["VLMRUN_API_KEY"] = "from-environment"
    result = alone("--profile", "other", "files", "list")
    assert (result.exit_code, result.stdout) == (3, "")
    assert alone.server.requests == []


def test_use_and_remove_a_profile(alone: Command, config: Path) -> None:
    alone.ok("config", "set", "--api-key", "top-key")
    alone.ok("config", "set", "--profile", "staging", "--api-key", SECRET)
    alone.ok("config", "use", "staging")
    result = alone("config", "show")
    assert result.stdout == "api_key: vlm-...cdef\n"
    assert "staging (from config file)" in result.stderr
    # What is set now goes to the profile that is used.
    alone.ok("config", "set", "--base-url", "https://host/v1")
    assert alone.json("config", "show", "--profile", "default")["base_url"] is None
    alone.ok("config", "remove", "staging")
    assert config.read_text().strip() == 'api_key = "top-key"'
    alone.ok("config", "use", "default")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--profile", "stagign", "config", "show"],
        ["config", "use", "stagign"],
        ["config", "remove", "stagign"],
        ["config", "unset", "--profile", "stagign", "--api-key"],
        ["files", "list", "--profile", "stagign"],
    ],
)
def test_an_unknown_profile_is_named(alone: Command, arguments: list[str]) -> None:
    alone.ok("config", "set", "--profile", "staging", "--api-key", "k")
    result = alone(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no profile 'stagign'" in result.stderr
    assert "Did you mean 'staging'?" in result.stderr


@pytest.mark.parametrize("name", ["a b", "a.b", "[x]", "../x", "a\nb"])
def test_a_profile_has_a_plain_name(alone: Command, config: Path, name: str) -> None:
    result = alone("config", "set", "--profile", name, "--api-key", "k")
    assert result.exit_code == 2
    assert "letters, digits" in result.stderr
    assert not config.exists()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (f'# x\napi_key = "{SECRET}\n', 2, "damaged"),
        (f'api_key = "{SECRET}"\napi_key = "{SECRET}"\n', 2, "already exists"),
        ("\n\napi_key = 12\n", 3, "api_key must be a string"),
        ("base_url = ['a']\n", 1, "base_url must be a string"),
        ("profile = true\n", 1, "profile must be a string"),
        ("profiles = 1\n", 1, "profiles must be a table"),
        ("[profiles]\nx = 1\n", 2, "profiles.x must be a table"),
        ("[profiles.x]\n\napi_key = 1\n", 3, "profiles.x.api_key must be a string"),
        ("a = 1\n\xff\n", 2, "not UTF-8"),
        ("a = 1\n\x00\x00b\n", 2, "line 2: not text."),
        ("a = 1\nb = 2\x1b\n", 2, "line 2: not text."),
        ("[profiles.x\n", 1, "damaged"),
    ],
)
def test_a_damaged_file_is_reported_with_its_line_and_kept(
    alone: Command, config: Path, content: str, line: int, words: str
) -> None:
    config.write_bytes(content.encode("latin-1"))
    for arguments in (["config", "show"], ["config", "set", "--api-key", "new"], ["files", "list"]):
        result = alone(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"line {line}:" in result.stderr
        assert words in result.stderr
        assert "init --force" in result.stderr
        assert SECRET not in result.stderr
        assert result.stderr.count("\n") == 1
    assert config.read_bytes() == content.encode("latin-1")


@pytest.mark.parametrize(
    "content",
    ['profiles.x.api_key = "a"\nb = 1\n', 'profiles = {x = {api_key = "a"}}\n'],
)
def test_a_form_that_cannot_be_changed_is_refused(
    alone: Command, config: Path, content: str
) -> None:
    config.write_text(content)
    result = alone("config", "set", "--profile", "y", "--api-key", "new")
    assert result.exit_code == 1
    assert "[profiles.NAME]" in result.stderr
    assert config.read_text() == content


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_file_that_others_can_read_is_reported_and_repaired(alone: Command, config: Path) -> None:
    config.write_text(f'api_key = "{SECRET}"\nbase_url = "{alone.server.url}"\n')
    config.chmod(0o644)
    result = alone("files", "list", "--json")
    assert result.stdout == "[]\n"
    assert "Other users can read" in result.stderr
    alone.ok("config", "set", "--cache-dir", "/tmp/x")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert alone("files", "list", "--json").stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="links need no permission there")
def test_a_link_stays_a_link(alone: Command, config: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text("")
    config.symlink_to(target)
    alone.ok("config", "set", "--api-key", "a-key")
    assert config.is_symlink()
    assert target.read_text() == 'api_key = "a-key"\n'


def test_a_file_that_cannot_be_written_is_reported(alone: Command, home: Path) -> None:
    (home / ".vlmrun").write_text("a file in the place of the folder")
    result = alone("config", "set", "--api-key", "a-key")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "cannot be" in result.stderr


def test_without_tomlkit_the_extra_is_named(
    alone: Command, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    result = alone("config", "set", "--api-key", "a-key")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "vlmrun[cli]" in result.stderr
    assert not config.exists()
