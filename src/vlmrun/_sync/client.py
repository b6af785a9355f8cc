# Derived from _async/client.py by `make generate`. Do not edit.
"""The client: settings, one connection pool, and the resources."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._core.options import (
    DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT,
    RequestOptions,
    Settings,
    make_settings,
)
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.sync_runtime import CLIENT_CLASS_NAME, CounterpartState, is_own_kind
from vlmrun._sync._domain_methods import DomainCalls
from vlmrun.errors import InputTypeError
from vlmrun.version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from vlmrun._sync.http.transport import Transport
    from vlmrun.types._schema_models import SchemaModelCache

_REMEMBERED = 1000


class VLMRun(DomainCalls):
    """A client of the VLM Run service.

    Making one does no I/O: a wrong key shows at the first call. Use it as a context manager, or
    call `close`, to give its connections back.

    Args:
        api_key: The key; by default `VLMRUN_API_KEY` of the environment.
        base_url: By default `VLMRUN_BASE_URL`, else `https://api.vlm.run/v1`.
        timeout: Seconds one attempt of a request may take (default 120); None for no bound.
        max_retries: Tries after the first (default 5). A request that costs money is sent again
            only where it was surely never delivered, or was throttled.
        require_api_key: False allows a client without a key.
        deadline: Seconds a whole call may take, with attempts, pauses and polling; None (the
            default) for no bound.
        http_client: An HTTP client of your own, with your proxies, certificates and limits; it
            stays yours to close.
        gateway_url: The base URL of `client.gateway`; by default `VLMRUN_GATEWAY_BASE_URL` or
            `VLMRUN_GATEWAY_URL`, else `https://gateway.vlm.run/v1`.

    `timeout`, `max_retries` and `deadline` can be set for one call too (`options={...}`), or for
    a copy of the client (`with_options`).

    Raises:
        ConfigurationError: No key, or an unusable key or base URL (a `ValueError`).
        InputError: A negative time or number of tries (a `ValueError`).

    Example:
        >>> with VLMRun(api_key="...") as client:
        ...     execution = client.agent.execute(prompt="Describe it", inputs={"file": path})
    """

    _operations: ClassVar = {"check_health": "healthcheck", **DomainCalls._domain_operations}

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        require_api_key: bool = True,
        *,
        deadline: float | None = None,
        http_client: Any = None,
        gateway_url: str | None = None,
    ) -> None:
        if http_client is not None and not is_own_kind(http_client):
            raise InputTypeError(
                f"http_client must be an {CLIENT_CLASS_NAME}, got {type(http_client).__name__}"
            )
        self._settings = make_settings(
            api_key, base_url, timeout, max_retries, deadline, require_api_key, gateway_url
        )
        self._shared = Shared(http_client)

    def with_options(self, **options: Unpack[RequestOptions]) -> Self:
        """A copy of the client with other options, on the same connections.

        Args:
            **options: `timeout`, `deadline`, `max_retries` and `headers`, as in `RequestOptions`.

        Closing the copy closes the original's connections, since they are the same.

        Raises:
            InputError: A negative time or number of tries, or an option that does not exist.

        Example:
            >>> patient = client.with_options(timeout=300, max_retries=10)
        """
        return self._from(self._settings.overridden(options), self._shared)

    @classmethod
    def _from(cls, settings: Settings, shared: Shared) -> Self:
        client = cls.__new__(cls)
        client._settings = settings
        client._shared = shared
        return client

    def healthcheck(self, *, options: RequestOptions | None = None) -> bool:
        """Whether the service is up and takes the key.

        Returns:
            True for any success.

        Raises:
            AuthenticationError: The key is wrong.
            APIError: The service is down or cannot be reached.

        Example:
            >>> client.healthcheck()
            True
        """
        from vlmrun_api.api.health import check_health

        self._transport.request(check_health._get_kwargs(), self._begin(options))
        return True

    def close(self) -> None:
        """Close the connections; a call after that raises `ConfigurationError`."""
        self._shared.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(base_url={self.base_url!r}, api_key={self._settings.api_key!r})"
        )

    @property
    def api_key(self) -> str | None:
        """The key, as text."""
        key = self._settings.api_key
        return None if key is None else key.reveal()

    @property
    def base_url(self) -> str:
        """The base URL, without a slash at its end."""
        return self._settings.base_url

    @property
    def timeout(self) -> float | None:
        """Seconds an attempt may take."""
        return self._settings.timeout

    @property
    def max_retries(self) -> int:
        """Tries after the first."""
        return self._settings.max_retries

    @property
    def deadline(self) -> float | None:
        """Seconds a whole call may take."""
        return self._settings.deadline

    @property
    def version(self) -> str:
        """The version of this package."""
        return __version__

    @property
    def _transport(self) -> Transport:
        return self._shared.transport

    @property
    def _remembered(self) -> _Remembered:
        return self._shared.remembered

    @property
    def _classes(self) -> SchemaModelCache:
        return self._shared.classes

    def _begin(self, options: RequestOptions | None) -> RequestContext:
        return RequestContext.begin(self._settings, options)


class Shared:
    """What a client and its `with_options` copies have in common."""

    def __init__(self, http_client: Any) -> None:
        self.http_client = http_client
        self.remembered = _Remembered()
        self.counterpart = CounterpartState()

    @cached_property
    def transport(self) -> Transport:
        from vlmrun._sync.http.transport import Transport

        return Transport(self.http_client)

    @property
    def classes(self) -> SchemaModelCache:
        from vlmrun.types._schema_models import SchemaModelCache

        # One step, so that threads that come at the same time get the same.
        kept: SchemaModelCache = self.__dict__.setdefault("_classes", SchemaModelCache())
        return kept

    def close(self) -> None:
        self.counterpart.end()
        self.transport.close()


class _Remembered(OrderedDict[str, Any]):
    """The `response_model` of the latest executions that this client has submitted, by id."""

    def __setitem__(self, id: str, response_model: Any) -> None:
        super().__setitem__(id, response_model)
        while len(self) > _REMEMBERED:
            self.popitem(last=False)
