"""Errors in the environment variables that httpx and the ssl module read."""

from __future__ import annotations

import os
from collections.abc import Callable

from vlmrun._environment_variables import variable_error
from vlmrun._special_files import open_regular
from vlmrun.errors import ConfigurationError

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


def proxy_variable(scheme: str) -> str | None:
    """Return the environment variable that sets the proxy for URLs of a scheme."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name)), None)


def certificate_settings() -> tuple[str | None, ...]:
    """Return the values that a TLS context depends on: when one changes, it needs a new one."""
    return tuple(os.environ.get(name) for name in _CERTIFICATES)


def certificates_look_usable() -> bool:
    """Return whether a TLS context under these settings is unlikely to fail, without creating it.

    It reads the file of `SSL_CERT_FILE`, but parses no certificate, which takes a hundred times as
    long.
    """
    file, directory, key_log = certificate_settings()
    if file:
        try:
            with open_regular(file) as opened:
                is_usable = b"-----BEGIN CERTIFICATE-----" in opened.read()
        except OSError:
            return False
    else:
        is_usable = not directory or os.path.isdir(directory)
    return is_usable and not key_log


def check_certificate_directory() -> None:
    """Raise `ConfigurationError` if `SSL_CERT_DIR` is used, and is not a directory.

    The ssl module would trust no certificate, without an error.
    """
    file, directory, _ = certificate_settings()
    if directory and not file and not os.path.isdir(directory):
        raise variable_error("SSL_CERT_DIR", directory, "it is not a directory")


def certificate_error(error: Exception) -> ConfigurationError:
    """Return the error for a TLS context that cannot be created.

    Args:
        error: The error of the ssl module, which does not say what it was about.
    """
    path = os.environ.get("SSL_CERT_FILE")
    if path:
        reason = f"it has no certificates in PEM format ({error})"
        try:
            open_regular(path).close()
        except OSError as failure:
            reason = failure.strerror or str(failure)
        return variable_error("SSL_CERT_FILE", path, reason)
    return ConfigurationError(f"No TLS context can be created: {error}")


def proxy_error(error: Exception, is_usable: Callable[[str], bool]) -> ConfigurationError:
    """Return the error for a client that cannot be created with the proxies of the environment.

    Args:
        error: The error of httpx, which does not name the variable.
        is_usable: Whether a value can be used as the URL of a proxy.
    """
    if isinstance(error, ImportError):
        suggestion = "Install httpx[socks], or use a proxy of another type"
    else:
        suggestion = "Correct it, or unset it"
    names = [name for base in _PROXIES for name in (base.lower(), base) if os.environ.get(name)]
    for name in names:
        if not name.lower().startswith("no_") and not is_usable(os.environ[name]):
            return variable_error(name, os.environ[name], str(error), suggestion)
    for name in names:
        if name.lower().startswith("no_"):
            return variable_error(name, os.environ[name], str(error), suggestion)
    return ConfigurationError(f"No HTTP client can be created: {error}")
