"""The checks of `vlmrun doctor` that need no network, and what all its checks return."""

from __future__ import annotations

import os
import platform
import re
import ssl
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from vlmrun.cli.exit_codes import KEY, SUCCESS, USAGE
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.version import __version__

Status = Literal["ok", "warning", "failed", "skipped"]

_PACKAGES = ("httpx", "attrs", "PyYAML", "typer", "rich", "openai", "pydantic")

# Extras that only include others.
_COLLECTIONS = frozenset(["all", "doc"])

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?P<limits>[^;]*?)\s*;.*?"
    r"""extra\s*==\s*["'](?P<extra>[^"']+)["']"""
)
# A shorter one can be a part of any word.
_SHORTEST_SECRET = 6

_USER = re.compile(r"(?<=://)\S*@")
_QUERY = re.compile(r"(https?://[^\s?#]*)[?#]\S*")


class Check(NamedTuple):
    """The result of a check.

    Attributes:
        name: What was checked.
        status: "ok"; "warning" for what may be a problem; "failed"; or "skipped", because an
            earlier check failed or does not apply.
        detail: What was found, in one line.
        remedy: What to do about it.
        exit_code: The exit code of the program if this check is the first that failed.
    """

    name: str
    status: Status
    detail: str
    remedy: str = ""
    exit_code: int = SUCCESS

    def to_dict(self) -> dict[str, str]:
        """Return the check as JSON data."""
        facts = {"name": self.name, "status": self.status, "detail": self.detail}
        return {**facts, "remedy": self.remedy} if self.remedy else facts


class Redactor:
    """Removes from texts what must not be published: keys, passwords, and the user's name."""

    def __init__(self) -> None:
        self._secrets: list[str] = []
        self._home = os.path.expanduser("~").rstrip(os.sep)

    def add(self, secret: str | None) -> None:
        """Remove a value from now on, such as an API key, unless it is too short to be one."""
        if secret and len(secret) >= _SHORTEST_SECRET:
            self._secrets.append(secret)

    def text(self, text: str) -> str:
        """Return a text without secrets, the queries of URLs and the name of the home directory."""
        for secret in self._secrets:
            text = text.replace(secret, "[removed]")
        text = _QUERY.sub(r"\1", _USER.sub("[removed]@", text))
        if len(self._home) > 1:
            text = re.sub(re.escape(self._home) + r"(?=$|[\\/\s,;:'\"])", "~", text)
        return " ".join(text.split())

    def check(self, check: Check) -> Check:
        """Return a check without them."""
        return check._replace(detail=self.text(check.detail), remedy=self.text(check.remedy))


def check_versions() -> Check:
    """Return the versions of this package, of Python, the system and of what this package uses."""
    parts = [
        f"vlmrun {__version__}",
        f"Python {platform.python_version()} ({sys.implementation.name})",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        ssl.OPENSSL_VERSION.rpartition("  ")[0] or ssl.OPENSSL_VERSION,
        *(f"{name} {version}" for name in _PACKAGES if (version := _version_of(name))),
    ]
    return Check("Versions", "ok", ", ".join(parts))


def check_extras(requirements: Iterable[str] | None = None) -> Check:
    """Return which extras are installed, and which packages of the others are missing or too old.

    Args:
        requirements: The requirements of the distribution; by default those of this package.
    """
    if requirements is None:
        try:
            requirements = metadata.requires("vlmrun") or []
        except metadata.PackageNotFoundError:
            return Check("Extras", "skipped", "vlmrun is not installed as a distribution")
    problems = _problems_of_extras(requirements)
    complete = sorted(name for name, found in problems.items() if not found)
    incomplete = sorted(f"{name} ({', '.join(found)})" for name, found in problems.items() if found)
    too_old = [each for each in incomplete if " is " in each]
    detail = f"installed: {', '.join(complete) or 'none'}"
    if incomplete:
        detail += f"; not complete: {', '.join(incomplete)}"
    if too_old:
        remedy = f"pip install -U 'vlmrun[{too_old[0].partition(' ')[0]}]'"
        return Check("Extras", "warning", detail, remedy)
    return Check("Extras", "ok", detail)


def _problems_of_extras(requirements: Iterable[str]) -> dict[str, list[str]]:
    """Return what is missing or too old for each extra."""
    problems: dict[str, list[str]] = {}
    for requirement in requirements:
        found = _REQUIREMENT.match(requirement)
        if found is None or found["extra"] in _COLLECTIONS or found["name"] == "vlmrun":
            continue
        missing = problems.setdefault(found["extra"], [])
        version = _version_of(found["name"])
        least = re.search(r">=\s*([0-9.]+)", found["limits"])
        if version is None:
            missing.append(f"no {found['name']}")
        elif least and _numbers(version) < _numbers(least[1]):
            missing.append(f"{found['name']} is {version}, needs {least[1]}")
    return problems


def _version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    leading = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    return tuple(map(int, leading[0].split("."))) if leading else ()


def check_api_key(api_key: str | None, source: str) -> Check:
    """Return whether there is an API key, without any part of it.

    Args:
        api_key: The key.
        source: Where it comes from.
    """
    if not api_key:
        remedy = "Set VLMRUN_API_KEY, or run `vlmrun config set --api-key -`"
        return Check("API key", "failed", "not found", remedy, KEY)
    return Check("API key", "ok", f"from {source}, length {len(api_key)}")


def check_base_url(base_url: str, source: str) -> Check:
    """Return whether the base URL is one of the service, or another one.

    Args:
        base_url: The URL.
        source: Where it comes from.
    """
    parts = urlsplit(base_url)
    detail = f"{base_url} (from {source})" if source != "default" else base_url
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Check("Base URL", "failed", detail, f"Use a URL such as {DEFAULT_BASE_URL}", USAGE)
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        remedy = "Use https: anyone on the way can read the API key and the data"
        return Check("Base URL", "warning", detail, remedy)
    return Check("Base URL", "ok", detail)


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def proxy_of(base_url: str) -> str | None:
    """Return the URL of the proxy that requests to a URL use; None if there is none."""
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if proxy and not proxy_bypass(parts.hostname or "") else None


def check_proxy(base_url: str) -> Check:
    """Return which proxy requests to the base URL use, and the environment variables about it."""
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    present = [
        f"{name}={_without_user(os.environ[name])}"
        for upper in names
        for name in (upper, upper.lower())
        if os.environ.get(name)
    ]
    proxy = proxy_of(base_url)
    used = "none is used" if proxy is None else f"{_without_user(proxy)} is used"
    return Check("Proxy", "ok", "; ".join([used, *present]))


def passwords_of_proxies() -> list[str]:
    """Return what is before the host in the URLs of proxies, with user and password."""
    users = (proxy.rpartition("@")[0] for proxy in getproxies().values())
    return [user.partition("://")[2] or user for user in users if user]


def _without_user(proxy: str) -> str:
    # Whatever is in front of the last "@": passwords are often not encoded as URLs require.
    before, at, host = proxy.rpartition("@")
    if not at:
        return proxy
    scheme, separator, _ = before.partition("://")
    return f"{scheme}://[removed]@{host}" if separator else f"[removed]@{host}"


def check_certificates() -> Check | None:
    """Return whether the certificates that the environment names exist; None if it names none."""
    for name, exists in (("SSL_CERT_FILE", Path.is_file), ("SSL_CERT_DIR", Path.is_dir)):
        value = os.environ.get(name)
        if not value:
            continue
        if not exists(Path(value)):
            remedy = f"Correct {name}, or unset it"
            return Check("Certificates", "failed", f"{name}={value} does not exist", remedy, USAGE)
        return Check("Certificates", "ok", f"{name}={value}")
    return None
