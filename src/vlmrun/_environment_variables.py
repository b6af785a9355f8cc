"""Errors about the value of an environment variable."""

from __future__ import annotations

import os
import sys
from errno import ENXIO

from vlmrun._messages import short_repr
from vlmrun._redaction import redact
from vlmrun._special_files import SPECIAL, is_special, open_without_waiting
from vlmrun.errors import ConfigurationError


def check_certificate_files() -> None:
    """Raise `ConfigurationError` for files that the ssl module would wait for or not name."""
    path = os.environ.get("SSL_CERT_FILE")
    if path and os.path.exists(path) and is_special(os.stat(path).st_mode):
        raise variable_error("SSL_CERT_FILE", path, f"it {SPECIAL}")
    check_key_log()


def check_key_log() -> None:
    """Raise `ConfigurationError` if the ssl module cannot write to the file of `SSLKEYLOGFILE`."""
    path = os.environ.get("SSLKEYLOGFILE")
    if not path or sys.flags.ignore_environment:
        return
    try:
        # Appending nothing finds out. A pipe that a process reads from is as good as a file.
        open(path, "ab", opener=open_without_waiting).close()
    except OSError as error:
        is_pipe = error.errno == ENXIO
        reason = "it is a pipe that no process reads from" if is_pipe else error.strerror
        raise variable_error("SSLKEYLOGFILE", path, reason or str(error)) from None


def without_credentials(text: str, url: str) -> str:
    """Return a str without the user name and the password of the URL of a proxy.

    Args:
        text: What to remove them from.
        url: The URL, which may lack a scheme.
    """
    credentials = url.rpartition("@")[0].rpartition("://")[2]
    shown: str = redact(text, [credentials, credentials.partition(":")[2]])
    return shown


def variable_error(
    name: str, value: str, reason: str, suggestion: str | None = None
) -> ConfigurationError:
    """Return the error for a variable whose value cannot be used, without its credentials.

    Args:
        name: The name of the variable.
        value: Its value, such as the URL of a proxy.
        reason: Why it cannot be used.
        suggestion: What to do. Default: to correct it, or to unset it.
    """
    shown = short_repr(without_credentials(value, value))
    return ConfigurationError(
        f"The environment variable {name} is {shown}, which cannot be used: "
        f"{without_credentials(reason, value)}",
        suggestion=suggestion or "Correct it, or unset it",
    )
