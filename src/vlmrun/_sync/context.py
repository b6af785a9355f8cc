# Derived from _async/context.py by `make generate`. Do not edit.
"""State shared by the resources of a client."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._cached_properties import cached_property
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.sync_client_class import CounterpartState, check_callback, warn_if_blocking

if TYPE_CHECKING:
    from vlmrun._core.connection import Connection
    from vlmrun._core.limits import Limits
    from vlmrun._core.poll_group import PollGroup
    from vlmrun._core.portable import PortableSettings
    from vlmrun._core.settings import Settings
    from vlmrun._sync.domain_schemas import DomainSchemas
    from vlmrun._sync.http.transport import Transport
    from vlmrun._sync.http.uploader import Uploader
    from vlmrun.types._schema_model_cache import SchemaModelCache
    from vlmrun.types._sent_file import SentFile
    from vlmrun.types.jobs import Job

    J = TypeVar("J", bound=Job)

T = TypeVar("T")

_MAX_SUBMITTED_JOBS = 1000


class ClientContext:
    """Settings and shared state of one client.

    Resources get this and not the client: they need no more of it, and so the client can know the
    resources without an import cycle.

    Attributes:
        client_name: The name of the client's class, for `repr`.
        settings: The client's settings.
        shared: State that the client shares with its `with_options` copies.
    """

    def __init__(self, client_name: str, settings: Settings, shared: SharedState) -> None:
        self.client_name = client_name
        self.settings = settings
        self.shared = shared

    def __repr__(self) -> str:
        settings = self.settings
        return f"{self.client_name}(base_url={settings.base_url!r}, api_key={settings.api_key!r})"

    def begin(self, *options: Mapping[str, Any] | None) -> RequestContext:
        """Start a call: its settings, with each of the options, and the clock of its deadline."""
        warn_if_blocking()
        settings = self.override(*options) if any(options) else self.settings
        return RequestContext.begin(settings)

    def override(self, *options: Mapping[str, Any] | None) -> Settings:
        """Return the settings with the options of a call or of `with_options`, checked.

        Args:
            *options: The options; later ones override earlier ones.
        """
        settings = self.settings
        for each in options:
            settings = settings.overridden(each)
        check_callback("on_retry", settings.on_retry)
        return settings

    def __deepcopy__(self, memo: Any) -> ClientContext:
        # What holds a client may be copied, such as a dataclass by `asdict`. Settings are never
        # changed, and a copy of a client shares its connections anyway.
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        from vlmrun._core.portable import portable_settings

        shared = self.shared
        portable = portable_settings(self.settings, shared.connection, shared.limits)
        return _restored, (self.client_name, portable)

    def prepare(self) -> None:
        """Import what the first calls need."""
        _ = self.uploader, self.domain_schemas

    @property
    def transport(self) -> Transport:
        """The transport, with the connection pool."""
        return self.shared.transport

    @cached_property
    def uploader(self) -> Uploader:
        """The uploader, for all calls that files can be passed to."""
        from vlmrun._sync.http.uploader import Uploader

        return Uploader(self.shared)

    @cached_property
    def domain_schemas(self) -> DomainSchemas:
        """The schemas of domains, fetched on demand."""
        from vlmrun._sync.domain_schemas import DomainSchemas

        return DomainSchemas(self.shared, self.schema_classes)

    @property
    def submitted(self) -> SubmittedJobs:
        """The response models and files of the jobs that this client has submitted."""
        return self.shared.submitted

    @property
    def schema_classes(self) -> SchemaModelCache:
        """The pydantic classes built from JSON schemas."""
        return self.shared.schema_classes


def _restored(client_name: str, portable: PortableSettings) -> ClientContext:
    """Return the context of a client that was pickled, with a connection pool of its own."""
    settings, connection, limits = portable.restored()
    return ClientContext(client_name, settings, SharedState(connection, limits))


class SharedState:
    """State that a client shares with its `with_options` copies.

    Heavy modules are imported when they are first needed: building a client does no I/O and should
    cost next to nothing.
    """

    def __init__(self, connection: Connection, limits: Limits | None = None) -> None:
        self.connection = connection
        self.limits = limits or Limits()
        self.submitted = SubmittedJobs()
        self.counterpart = CounterpartState(connection, self.limits)
        self._created: dict[str, Any] = {}
        self._poll_groups: dict[Hashable, PollGroup] = {}
        # Whether the service gives jobs the ids that were sent; None before the first job.
        self.keeps_ids: bool | None = None

    @property
    def transport(self) -> Transport:
        """The transport, with its connection pool."""
        from vlmrun._sync.http.transport import Transport

        return self._once("transport", lambda: Transport(self.connection, self.limits.rate))

    @property
    def schema_classes(self) -> SchemaModelCache:
        """The pydantic classes built from JSON schemas."""
        from vlmrun.types._schema_model_cache import SchemaModelCache

        return self._once("schema_classes", SchemaModelCache)

    def poll_group(self, key: Hashable, can_list: bool) -> PollGroup:
        """Return the calls that wait for jobs with the same key.

        Args:
            key: The kind of jobs, the account and the process.
            can_list: Whether there is a list of such jobs.
        """
        from vlmrun._core.poll_group import PollGroup

        spacing = partial(self.limits.rate.spacing, True)
        created = PollGroup(can_list, spacing)
        return self._poll_groups.setdefault(key, created)

    def _once(self, name: str, create: Callable[[], T]) -> T:
        # `setdefault` is atomic, `cached_property` is not since Python 3.12: threads that come
        # first at the same time must get the same object, since only one of two would be closed.
        if name not in self._created:
            self._created.setdefault(name, create())
        created: T = self._created[name]
        return created

    def close(self) -> None:
        """Close the connection pool."""
        self.counterpart.end()
        for group in list(self._poll_groups.values()):
            group.hurry()
        self.transport.close()


class SubmittedJobs:
    """The `response_model` and the files of the latest submitted jobs, by id.

    The service returns neither of them, so a later `get` or `wait` could not parse the response,
    and no table could name the file.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Any, tuple[SentFile, ...]]] = OrderedDict()

    def remember(self, job: J, response_model: Any, sent: tuple[SentFile, ...] = ()) -> J:
        """Store what is known of a job that was just submitted, and return the job with it.

        Args:
            job: The job.
            response_model: The type of `.parsed`.
            sent: The files that were sent with it.
        """
        if isinstance(job.id, str) and (response_model is not None or sent):
            self._known[job.id] = response_model, sent
            # A service that runs for months submits jobs that it never asks for again.
            while len(self._known) > _MAX_SUBMITTED_JOBS:
                self._known.popitem(last=False)
        return _with(job, response_model, sent)

    def apply(self, job: J, id: str, response_model: Any = None) -> J:
        """Return a job with what is stored under the id, or with the model that is passed."""
        known_model, sent = self._known.get(id, (None, ()))
        return _with(job, known_model if response_model is None else response_model, sent)


def _with(job: J, response_model: Any, sent: tuple[SentFile, ...]) -> J:
    if sent:
        job._set(_sent=sent)
    return job if response_model is None else job.with_response_model(response_model)
