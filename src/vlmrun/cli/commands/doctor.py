"""`vlmrun doctor`."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

import typer

from vlmrun.cli.config_file import config_path, read_profile, readers_problem
from vlmrun.cli.doctor_checks import (
    Check,
    Redactor,
    check_api_key,
    check_base_url,
    check_certificates,
    check_extras,
    check_proxy,
    check_versions,
    passwords_of_proxies,
)
from vlmrun.cli.doctor_network import check_accepted, check_connection, check_gateway
from vlmrun.cli.exit_codes import exit_code_of
from vlmrun.cli.problems import Problem, one_line
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.settings import Settings
from vlmrun.cli.streams import width_of
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.errors import VLMRunError

app = single()


@command(app, "doctor", is_list=True)
def doctor(run: Run) -> None:
    """Check the key, the network and the installation; the report is ready to paste.

    It has no part of the API key, no passwords of proxies, and not your name.
    """
    redactor = Redactor()
    for password in passwords_of_proxies():
        redactor.add(password)
    checks = []
    for check in run_checks(run, redactor):
        checks.append(redactor.check(check))
        if not run.output.is_json:
            run.output.lines(_lines(checks[-1]))
            # A check can take ten seconds, in which the ones before are read.
            sys.stdout.flush()
    if run.output.is_json:
        run.output.rows(checks, [], lambda check: [], "", data=Check.to_dict)
    failed = next((check for check in checks if check.status == "failed"), None)
    if failed is not None:
        raise typer.Exit(failed.exit_code)


def run_checks(run: Run, redactor: Redactor) -> Iterator[Check]:
    """Return the checks, one after the other.

    Args:
        run: The run, for its settings.
        redactor: Is told the API key, as soon as it is known.
    """
    yield check_versions()
    yield check_extras()
    yield _check_config(run.settings)
    api_key, key_source = _value_of(run.settings, "api_key")
    redactor.add(api_key)
    yield check_api_key(api_key, key_source)
    base_url, url_source = _value_of(run.settings, "base_url")
    base_url = (base_url or DEFAULT_BASE_URL).rstrip("/")
    url_check = check_base_url(base_url, url_source)
    yield url_check
    yield check_proxy(base_url)
    if (certificates := check_certificates()) is not None:
        yield certificates
    if url_check.status != "failed":
        # With both values, the config file, which may be damaged, is not read again.
        run.settings = run.settings._replace(api_key=api_key, base_url=base_url)
        yield from _check_network(run, base_url, has_key=api_key is not None)
        yield from _check_gateway(run, base_url, has_key=api_key is not None)


def _check_network(run: Run, base_url: str, has_key: bool) -> Iterator[Check]:
    name = "API key accepted"
    checks = check_connection(base_url)
    yield from checks
    if not has_key:
        yield Check(name, "skipped", "there is no API key")
    elif any(check.status == "failed" for check in checks):
        yield Check(name, "skipped", "no connection")
    else:
        try:
            client = run.client
        except VLMRunError as error:
            yield Check(name, "failed", one_line(error), "", exit_code_of(error))
        else:
            yield check_accepted(client)


def _check_gateway(run: Run, base_url: str, has_key: bool) -> Iterator[Check]:
    try:
        client = run.anonymous_client
    except (VLMRunError, Problem) as error:  # other checks have reported it
        yield Check("Gateway", "skipped", one_line(error))
    else:
        yield from check_gateway(client, base_url, has_key)


def _value_of(settings: Settings, name: str) -> tuple[str | None, str]:
    """Return a setting and its source, as if there were no config file if it is damaged."""
    try:
        return settings.value_of(name)
    except Problem:
        return None, "default"


def _check_config(settings: Settings) -> Check:
    try:
        path = config_path()
        profile = read_profile(settings.profile)
        exists = path.exists()
    except Problem as problem:
        return Check("Config file", "failed", problem.message, problem.remedy, problem.exit_code)
    if not exists:
        return Check("Config file", "ok", f"none at {path}")
    detail = f"{path}, profile {profile.name}"
    if warning := readers_problem():
        return Check("Config file", "warning", detail, warning)
    return Check("Config file", "ok", detail)


def _lines(check: Check) -> list[str]:
    width = width_of(sys.stdout) or 10_000
    title = f"{check.status.upper() if check.status == 'failed' else check.status:<8} "
    text = f"{check.name}: {check.detail}"
    indent = " " * len(title)
    wrapped = textwrap.wrap(text, width, initial_indent=title, subsequent_indent=indent)
    if check.remedy:
        start = f"{indent}-> "
        wrapped += textwrap.wrap(
            check.remedy, width, initial_indent=start, subsequent_indent=" " * len(start)
        )
    return wrapped
