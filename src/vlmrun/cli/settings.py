"""The settings of a run of the command line: flag, environment, config file, default."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from vlmrun.cli.config_file import read_profile
from vlmrun.cli.problems import UsageProblem


class Settings(NamedTuple):
    """The global options, as they were passed; an empty str counts as none.

    Attributes:
        api_key: The value of `--api-key`.
        base_url: The value of `--base-url`.
        profile: The value of `--profile`: a profile of the config file.
        debug: Whether to show log messages and tracebacks.
        quiet: Whether to leave out messages and progress.
    """

    api_key: str | None = None
    base_url: str | None = None
    profile: str | None = None
    debug: bool = False
    quiet: bool = False

    def with_options(self, **options: Any) -> Settings:
        """Return the settings with those options that were passed after the command, too."""
        return self._replace(**{name: value for name, value in options.items() if value})

    def value_of(self, name: str) -> tuple[str | None, str]:
        """Return the value of a setting and where it comes from.

        A profile that was chosen with `--profile` is used as a whole: the environment variables
        are ignored, so that a key never goes to the server of another profile.

        Args:
            name: "api_key", "base_url" or "cache_dir".

        Returns:
            The value, or None, and one of "option", "environment", "config file" and "default".

        Raises:
            Problem: The config file is damaged.
            UsageProblem: It has no such profile.
        """
        passed = (getattr(self, name, None) or "").strip()
        if passed:
            return passed, "option"
        if not self.profile:
            from_environment = os.environ.get(f"VLMRUN_{name.upper()}", "").strip()
            if from_environment:
                return from_environment, "environment"
        stored = read_profile(self.profile).values.get(name, "").strip()
        return (stored, "config file") if stored else (None, "default")


def check_api_key(value: str | None) -> str | None:
    """Return the value of `--api-key`; the callback of that option."""
    return _check_value("--api-key", value)


def check_base_url(value: str | None) -> str | None:
    """Return the value of `--base-url`; the callback of that option."""
    return _check_value("--base-url", value)


def _check_value(option: str, value: str | None) -> str | None:
    # `--api-key --help` would otherwise use "--help" as the key.
    if value is not None and value.startswith("-") and value != "-":
        raise UsageProblem(f"{option} needs a value, got the option {value!r}")
    return value
