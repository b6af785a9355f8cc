"""The client: settings, one connection pool, and the resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._async.context import ClientContext, SharedState
from vlmrun._cached_properties import cached_property
from vlmrun._core.api_key import KeyFunction, hide_key
from vlmrun._core.argument_errors import explain_argument_errors, explain_unknown_settings
from vlmrun._core.client_settings import SettingsOfClient
from vlmrun._core.connection import DEFAULT_KEEP_ALIVE, DEFAULT_MAX_CONNECTIONS, Connection
from vlmrun._core.limits import Limits
from vlmrun._core.log_level import configure_logging
from vlmrun._core.secrets import hide_secret
from vlmrun._core.settings import (
    DEFAULT_MAX_RESPONSE_SIZE,
    DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT,
    create_settings,
    path_of,
)
from vlmrun._index.resources_async import Resources
from vlmrun._messages import attribute_error
from vlmrun._runtime.async_client_class import (
    CLIENT_CLASS_NAME,
    OtherWithStatement,
    check_callback,
    import_ahead,
    import_transport,
    is_own_kind,
)
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.errors import InputTypeError

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike
    from ssl import SSLContext
    from types import TracebackType

    from pydantic import BaseModel
    from typing_extensions import Self, Unpack

    from vlmrun._core.request_options import RequestOptions
    from vlmrun.types.agent import GenerationConfig
    from vlmrun.types.attempts import RetryEvent
    from vlmrun.types.domains import DomainInfo, SchemaResponse
    from vlmrun.types.page import Page
    from vlmrun.types.usage import Usage


class AsyncVLMRun(Resources, SettingsOfClient, OtherWithStatement):
    """A client for the VLM Run API.

    Creating one does no I/O, so a wrong API key raises at the first call. Use the client as a
    context manager, or call `close`, to close its connection pool.

    Args:
        api_key: The API key; defaults to the environment variable `VLMRUN_API_KEY`. For keys that
            expire, pass a function without arguments that returns the key. It is called in a thread
            before each attempt to send a request. An asynchronous client also accepts a coroutine
            function.
        base_url: The base URL; defaults to `VLMRUN_BASE_URL`, else `https://api.vlm.run/v1`.
        timeout: Seconds one attempt of a request may take (default 120); None for no limit.
        max_retries: The number of retries (default 5). A request that costs money is retried only
            if it was never delivered, or was throttled.
        require_api_key: False allows a client without an API key.
        deadline: Seconds a whole call may take, with attempts, pauses and polling, or a datetime
            at which it must end; None (the default) for no limit.
        proxy: The URL of a proxy for all requests, such as "http://user:password@proxy:3128". By
            default, the environment variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and
            `NO_PROXY` apply.
        verify: The path of a file with the certificates to trust, or an `ssl.SSLContext`; False
            checks no certificates, so that anyone on the way can read the API key and the data.
        http_client: Your own HTTP client, which you close, in place of `proxy`, `verify`,
            `max_connections`, `keep_alive` and `aiohttp`.
        gateway_url: The base URL of `client.gateway`; defaults to `VLMRUN_GATEWAY_BASE_URL` or
            `VLMRUN_GATEWAY_URL`, else `https://gateway.vlm.run/v1`.
        rate_limit: The number of requests per second, minute, hour or day, such as "10/minute". By
            default, the client finds the limit by itself: it sends more slowly after a status 429.
        max_in_flight: The number of jobs that calls wait for at the same time. Further calls wait
            before they submit a job. None (the default) for no limit.
        on_retry: Called with a `RetryEvent` before each retry; see `RequestOptions`.
        telemetry: Whether to record each attempt with OpenTelemetry; needs the extra `otel`.
        max_connections: The number of requests in flight at the same time (default 100).
        keep_alive: Seconds for which an idle connection is used again (default 5), or None.
        aiohttp: Whether asynchronous calls go through aiohttp (extra `aiohttp`), which takes less
            CPU time; by default if it is installed. Transfers, streams and proxies never do.
        max_response_size: Bytes of a response that is held in memory, once it is decompressed
            (default 256 MiB); None for no limit. Downloads to a path are not limited.

    `timeout`, `max_retries`, `deadline` and `max_response_size` can also be set for one call
    (`options={...}`), or for a copy of the client (`with_options`).

    A client can be pickled, without the API key: the process that unpickles it needs the
    environment variable `VLMRUN_API_KEY`. A function at the top level of a module, as `api_key`, is
    pickled by its name instead.

    Raises:
        DependencyError: `telemetry` or `aiohttp` is set, and its extra is not installed.
        ConfigurationError: The API key is missing, or it or a base URL is invalid (a `ValueError`).
        InputError: A negative time or number of retries (a `ValueError`).

    Example:
        >>> async with AsyncVLMRun(api_key="...") as client:
        ...     execution = await client.agent.execute(prompt="Describe it", inputs={"file": path})
    """

    # By operationId of openapi.yaml; the operations of resources are listed in their classes.
    _operations: ClassVar = {
        "check_health": "healthcheck",
        "list_domains": "list_domains",
        "get_domain_schema": "get_schema",
    }

    @explain_unknown_settings
    def __init__(
        self,
        api_key: str | Callable[[], Any] | None = None,
        base_url: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        require_api_key: bool = True,
        *,
        deadline: float | datetime | None = None,
        proxy: str | None = None,
        verify: bool | str | PathLike[str] | SSLContext = True,
        http_client: Any = None,
        gateway_url: str | None = None,
        rate_limit: str | None = None,
        max_in_flight: int | None = None,
        on_retry: Callable[[RetryEvent], Any] | None = None,
        telemetry: bool = False,
        max_connections: int = DEFAULT_MAX_CONNECTIONS,
        keep_alive: float | None = DEFAULT_KEEP_ALIVE,
        aiohttp: bool | None = None,
        max_response_size: int | None = DEFAULT_MAX_RESPONSE_SIZE,
    ) -> None:
        # From here on, no frame that is shown with an error has the key, or a proxy's password.
        api_key, proxy = hide_key(api_key), hide_secret(proxy)
        if isinstance(api_key, KeyFunction):
            check_callback("api_key", api_key.function)
        if http_client is not None and not is_own_kind(http_client):
            raise InputTypeError(
                f"http_client must be an {CLIENT_CLASS_NAME}, got {type(http_client).__name__}",
                suggestion=f"Pass http_client={CLIENT_CLASS_NAME}(...)",
            )
        settings = create_settings(
            api_key,
            base_url,
            timeout,
            max_retries,
            deadline,
            require_api_key,
            gateway_url,
            on_retry,
            telemetry,
            max_response_size,
        )
        check_callback("on_retry", on_retry)
        configure_logging()
        limits = Limits.create(rate_limit, max_in_flight)
        pool = (max_connections, keep_alive, aiohttp)
        shared = SharedState(Connection.create(proxy, verify, http_client, *pool), limits)
        self._context = ClientContext(type(self).__name__, settings, shared)

    @classmethod
    def _from_context(cls, context: ClientContext) -> Self:
        # Subclasses may have another constructor, so copies do not call it.
        client = cls.__new__(cls)
        client._context = context
        return client

    def with_options(self, **options: Unpack[RequestOptions]) -> Self:
        """Return a copy with other options; closing either closes the shared connection pool.

        Args:
            **options: `timeout`, `deadline`, `max_retries`, `max_response_size`, `headers` and
                `on_retry`, as in `RequestOptions`.

        Raises:
            InputError: A negative time or number of retries, or an unknown option.

        Example:
            >>> patient = client.with_options(timeout=300, max_retries=10)
        """
        context = self._context
        settings = context.override(options)
        return self._from_context(ClientContext(type(self).__name__, settings, context.shared))

    def usage(self, *, budget: float | None = None) -> Usage:
        """Sum up the credits that the calls in a `with` block use, in all of its tasks and threads.

        Tasks of asyncio belong to the block that they are started in. A thread that you start
        yourself belongs to it only if it runs in a copy of the context
        (`contextvars.copy_context().run`).

        Args:
            budget: The number of credits after which no more jobs and chats are submitted.

        Returns:
            A context manager with `credits`, `jobs`, `pending` and `unknown`.

        Raises:
            InputError: The budget is negative, or not a number.
            BudgetExceededError: A call in the block would submit a job or a chat, and the budget is
                used up. This is raised by the call.

        Example:
            >>> with client.usage(budget=500) as usage:
            ...     execution = await client.agent.execute(prompt="Read it", batch=False)
            >>> print(usage.credits, usage.jobs)
        """
        from vlmrun.types.usage import Usage

        return Usage(budget, self._context.settings)

    async def healthcheck(self, *, options: RequestOptions | None = None) -> bool:
        """Check that the service is up and accepts the API key.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            True; any failure raises.

        Raises:
            AuthenticationError: The API key is wrong.
            APIError: The service is down or cannot be reached.

        Example:
            >>> await client.healthcheck()
            True
        """
        from vlmrun_api.api.health import check_health

        from vlmrun.errors import ResourceNotFoundError

        context = self._context
        try:
            await context.transport.request(check_health._get_kwargs(), context.begin(options))
        except ResourceNotFoundError as error:
            if "base URL" not in (error.suggestion or ""):
                end = path_of(DEFAULT_BASE_URL)
                error.suggestion = f"Check the base URL, which must end with {end}: {self.base_url}"
            raise
        return True

    async def list_domains(self, *, options: RequestOptions | None = None) -> Page[DomainInfo]:
        """List the domains that predictions can be made for; the same as `domains.list`.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> for info in await client.list_domains():
            ...     print(info.domain)
        """
        return await self.domains.list(options=options)

    async def get_schema(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SchemaResponse:
        """Return the schema of a domain's responses; the same as `domains.get_schema`.

        Args:
            domain: For example "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; may be a dict.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No domain has this name.
            InputError: An argument is invalid; nothing was sent.

        Example:
            >>> schema = await client.get_schema("document.invoice")
            >>> print(schema.json_schema["properties"].keys())
        """
        return await self.domains.get_schema(domain, config, options=options)

    async def get_type(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> type[BaseModel]:
        """Return a domain's schema as a pydantic class; the same as `domains.get_type`.

        Args:
            domain: For example "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; may be a dict.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
            ResourceNotFoundError: No domain has this name.
            InputError: An argument is invalid; nothing was sent.

        Example:
            >>> Invoice = await client.get_type("document.invoice")
            >>> invoice = Invoice(**prediction.response)
        """
        return await self.domains.get_type(domain, config, options=options)

    async def aclose(self) -> None:
        """End sessions and close the connection pool; later calls raise `ConfigurationError`."""
        await self._context.shared.aclose()

    async def close(self) -> None:
        """Close the connection pool, as `aclose` does."""
        await self.aclose()

    async def __aenter__(self) -> Self:
        await import_ahead(self._create_resources)
        return self

    def _create_resources(self) -> None:
        """Create all resources, which imports the modules that calls need."""
        self._context.prepare()
        for name in vars(Resources):
            if not name.startswith("_"):
                getattr(self, name)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __getstate__(self) -> dict[str, Any]:
        # The resources are created again when they are needed.
        return {
            name: value
            for name, value in vars(self).items()
            if not isinstance(vars(Resources).get(name), cached_property)
        }

    def __repr__(self) -> str:
        # An error of the constructor may be shown with the client that has no context yet.
        return repr(vars(self).get("_context")) if vars(self) else super().__repr__()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise attribute_error(type(self).__name__, name, dir(type(self)))


explain_argument_errors(AsyncVLMRun, import_transport)


async def get_response_model(
    client: AsyncVLMRun, domain: str, config: GenerationConfig | Mapping[str, Any] | None = None
) -> type[BaseModel]:
    """Return a domain's schema as a pydantic class; the same as `client.get_type`.

    Example:
        >>> Invoice = await get_response_model(client, "document.invoice")
    """
    return await client.get_type(domain, config)
