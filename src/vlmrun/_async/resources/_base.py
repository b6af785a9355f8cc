"""Base class of the resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from weakref import ref

from vlmrun._async.http.operation_sender import OperationSender
from vlmrun._core.argument_errors import explain_argument_errors
from vlmrun._core.job_kinds import kind_of
from vlmrun._core.outcomes import explain, note_interruption, unusable_id
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import check_budgets, expect_job, observe
from vlmrun._messages import attribute_error
from vlmrun._runtime.async_client_class import import_transport
from vlmrun._validation import warn_of_local_callback
from vlmrun.errors import APIError
from vlmrun.types._base import Received
from vlmrun.types.jobs import Job
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from vlmrun._async.context import ClientContext

T = TypeVar("T", bound=Received)


class Resource(OperationSender):
    """A group of operations of one client.

    Attributes:
        _attribute: The client's attribute for it; `make generate` collects these in `_index`.
        _operations: By operationId of openapi.yaml, the method that sends it.
        _resources: The attributes that are resources themselves; their own `_attribute` has a dot.
    """

    _attribute: ClassVar[str]
    _operations: ClassVar[Mapping[str, str]]
    _resources: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        explain_argument_errors(cls, import_transport)

    def __init__(self, client: Any) -> None:
        # The official SDK constructs resources from a client, so that must work here, too.
        self._client_context: ClientContext = getattr(client, "_context", client)
        super().__init__(self._client_context.shared)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._client_context,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client_context!r}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise attribute_error(f"client.{self._attribute}", name, dir(type(self)))

    @classmethod
    def _resource_of_jobs(cls) -> type[Any] | None:
        """Return the resource that saves the jobs which this one returns; None if none does."""
        return None

    async def _request(
        self, cls: type[T], kwargs: dict[str, Any], context: RequestContext, **arguments: Any
    ) -> T:
        return self._bound(await super()._request(cls, kwargs, context, **arguments))

    async def _request_page(
        self, cls: type[T], kwargs: dict[str, Any], context: RequestContext, **arguments: Any
    ) -> Page[T]:
        page = await super()._request_page(cls, kwargs, context, **arguments)
        for each in page:
            self._bound(each)
        return page

    def _bound(self, received: T) -> T:
        """Return an object; if it is a job, its `save` uses this client."""
        resource = self._resource_of_jobs()
        if resource is not None and isinstance(received, Job):
            received._hidden["_origin"] = ref(self._client_context), resource
        return received

    def _begin(self, *options: Mapping[str, Any] | None) -> RequestContext:
        return self._client_context.begin(*options)

    async def _submit(
        self,
        cls: type[T],
        get_kwargs: Callable[..., dict[str, Any]],
        body: Mapping[str, Any],
        context: RequestContext,
        *,
        secret: str | None = None,
    ) -> T:
        """Send a request that must not be sent twice, and read the object that it creates.

        Args:
            cls: The type of the object.
            get_kwargs: As for `_send_body`; so are the others.
            body: The fields of the body.
            context: The settings, and the deadline of the call.
            secret: A value of the body that no error message may show.

        Raises:
            BudgetExceededError: A budget of the caller's is used up; nothing was sent.
            APIError: Its `outcome` and message say what became of the request, and its `job_id` is
                the id, if the caller or the response has one.
        """
        kind, id = kind_of(cls), body.get("id")
        if kind.is_job:
            check_budgets(context.settings)
            warn_of_local_callback(body.get("callback_url"), context.settings.base_url)
        try:
            created = await self._send_body(
                cls, get_kwargs, body, context, repeatable=False, secret=secret, check=unusable_id
            )
        except APIError as error:
            explain(error, kind, id)
            raise
        except BaseException as error:
            note_interruption(error, kind, id)
            raise
        if id is not None:
            self._client_context.shared.keeps_ids = getattr(created, "id", None) == id
        if kind.is_job:
            expect_job(getattr(created, "id", None), context.settings)
            observe(created, context.settings)
        return created
