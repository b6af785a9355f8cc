"""Errors about the value of an environment variable."""

from __future__ import annotations

import os

from vlmrun._messages import short_repr
from vlmrun._redaction import redact
from vlmrun.errors import ConfigurationError


def check_certificate_file() -> None:
    """Raise `ConfigurationError` if `SSL_CERT_FILE` is a pipe, a socket or a device.

    The ssl module would wait forever for the content of a pipe.
    """
    path = os.environ.get("SSL_CERT_FILE")
    if path and os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        raise variable_error("SSL_CERT_FILE", path, "it is a pipe, a socket or a device")


def unusable_certificate_file() -> ConfigurationError | None:
    """Return the error for a file that the ssl module cannot read or write, if there is one."""
    for name, mode in (("SSL_CERT_FILE", "rb"), ("SSLKEYLOGFILE", "ab")):
        path = os.environ.get(name)
        if path:
            try:
                # Appending nothing finds out whether the ssl module may write.
                with open(path, mode):
                    pass
            except OSError as reason:
                return variable_error(name, path, reason.strerror or str(reason))
    return None


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
