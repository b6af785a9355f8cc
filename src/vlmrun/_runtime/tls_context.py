"""TLS contexts: which certificates a client trusts."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

import httpx

from vlmrun._cached_properties import cached_property
from vlmrun._core.environment_errors import (
    certificate_error,
    certificate_settings,
    certificates_look_usable,
    check_certificate_directory,
)
from vlmrun._environment_variables import check_certificate_files, check_key_log
from vlmrun._files.paths import format_path
from vlmrun._special_files import open_regular
from vlmrun.errors import ConfigurationError


class ClientTLS:
    """The TLS context of a client, loaded when the first connection needs it.

    Loading the certificates takes longer than ten requests, and `http://` URLs need none.

    Args:
        verify: As for `tls_context`.
    """

    def __init__(self, verify: bool | str | ssl.SSLContext) -> None:
        self._verify = verify

    @property
    def may_be_wrong(self) -> bool:
        """Whether there are settings that `context` is likely to refuse."""
        return isinstance(self._verify, str) or not certificates_look_usable()

    @property
    def is_loaded(self) -> bool:
        """Whether `context` takes no time."""
        return "context" in vars(self)

    @cached_property
    def context(self) -> ssl.SSLContext:
        """The context.

        Raises:
            ConfigurationError: As `tls_context`.
        """
        return tls_context(self._verify)

    def load(self) -> None:
        """Load the context, which takes too long for an event loop."""
        _ = self.context


@cache
def without_certificates() -> ssl.SSLContext:
    """Return the context for connections without TLS, which none of them uses."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def tls_context(verify: bool | str | ssl.SSLContext) -> ssl.SSLContext:
    """Return a TLS context.

    Args:
        verify: Whether to check certificates; or the path of those to trust, or the context.

    Raises:
        ConfigurationError: Certificates, of the argument or of the environment, cannot be loaded.
    """
    if verify is True:
        return _default_context(*certificate_settings())
    if verify is False:
        with _certificate_errors():
            context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    return verify if isinstance(verify, ssl.SSLContext) else _context_for(verify)


@lru_cache(maxsize=2)
def _default_context(*settings: str | None) -> ssl.SSLContext:
    """Return httpx's default context under these values of the environment.

    Loading the certificates takes longer than ten requests over an open connection, so clients and
    event loops share one context.
    """
    check_certificate_directory()
    with _certificate_errors():
        return httpx.create_ssl_context()


@contextmanager
def _certificate_errors() -> Iterator[None]:
    check_certificate_files()
    try:
        yield
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise certificate_error(error) from None


def _context_for(path: str) -> ssl.SSLContext:
    """Return a context that trusts the certificates of a file or a directory, and no others."""
    check_key_log()
    try:
        if os.path.isdir(path):
            # OpenSSL looks for a file named by the hash of its subject, and only when it needs one:
            # https://docs.openssl.org/master/man1/openssl-rehash/
            return ssl.create_default_context(capath=path)
        # The ssl module does not say which file is missing, or cannot be read.
        open_regular(path).close()
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        reason = "it has no certificates in PEM format"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise ConfigurationError(
        f"verify is {format_path(path)}, which cannot be used: {reason}",
        suggestion="Pass the path of a file with certificates in PEM format",
    )
