"""Jobs: what executions, predictions, datasets and fine-tuning jobs have in common."""

from __future__ import annotations

import copy
import copyreg
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    TypeAlias,
    cast,
)

from vlmrun.types._base import Hidden, Received
from vlmrun.types._field_rules import Unreadable
from vlmrun.types._fields import field_names
from vlmrun.types._job_results import JobResults, not_completed
from vlmrun.types._response_models import check_response_model, parse_response, portable_model

if TYPE_CHECKING:
    from typing_extensions import Self, TypeVar

    # The class of `parsed`; Any without a `response_model` (https://peps.python.org/pep-0696/).
    ParsedT = TypeVar("ParsedT", default=Any)
    # The same in calls whose `config` may have the `response_model`: a default that is a variable
    # itself lets the argument take precedence, without overloads. `config` must come first in the
    # signature, since a default may only name a variable before it.
    ResultT = TypeVar("ResultT", default=ParsedT)
else:
    from typing import TypeVar

    ParsedT, ResultT = TypeVar("ParsedT"), TypeVar("ResultT")

__all__ = ["CreditUsage", "ElementType", "JobStatus"]

NewT = TypeVar("NewT")
NewResponseModel: TypeAlias = type[NewT] | Mapping[str, Any]

JobStatus = Literal["pending", "enqueued", "running", "completed", "failed", "paused"]

# Whether a job of this status has ended. `wait` ends there, and raises unless it is "completed".
IS_FINAL: dict[str, bool] = {
    "pending": False,
    "enqueued": False,
    "running": False,
    "completed": True,
    "failed": True,
    "paused": False,
}

# Unlike an `object()`, it is the same after a copy or a pickle.
MISSING = ...

ElementType = Literal["image", "page", "video", "audio"]


class CreditUsage(Received):
    """The cost of a job and how much it processed."""

    elements_processed: float | None = None
    element_type: ElementType | str | None = None
    credits_used: float | None = None
    steps: int | None = None
    message: str | None = None
    duration_seconds: float = 0


class Tracked(Received):
    """An object with an id and a status that `wait` can poll."""

    id: str
    status: JobStatus | str

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        """Read a job, without those of its fields that cannot be read.

        A job costs money, and its id, status and response are worth more than a date. Without a
        legible id and status it is of no use, and an error.
        """
        try:
            return super()._from_wire(raw, where)
        except Unreadable as error:
            if not (isinstance(raw.get("id"), str) and isinstance(raw.get("status"), str)):
                raise
            problem = str(error)
        legible = {name: value for name, value in raw.items() if cls._is_legible(name, value)}
        # Imported late, for those who only use the types. A log, because `-W error` would turn a
        # warning into an exception, and so lose the result.
        import logging

        logging.getLogger("vlmrun").warning(
            "%s. Such fields have their defaults; .raw has what was sent", problem
        )
        return super()._from_wire(legible, where)._set(_raw=raw)

    @classmethod
    def _is_legible(cls, name: str, value: Any) -> bool:
        """Return whether a field can be read by itself."""
        try:
            super()._from_wire({name: value}, cls.__name__)
        except Unreadable:
            return False
        return True

    @property
    def status_is_known(self) -> bool:
        """Whether this version knows the status; jobs of an unknown status are in progress."""
        return str(self.status) in IS_FINAL

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended: it has completed or failed."""
        return IS_FINAL.get(str(self.status), False)


def calls_for(resource: str) -> dict[str, str]:
    """Return the calls of a resource for what the jobs of other packages have methods for."""
    return {
        **dict.fromkeys(("wait", "poll", "join"), f"{resource}.wait(id)"),
        **dict.fromkeys(("refresh", "reload", "update"), f"{resource}.get(id)"),
    }


class Job(Tracked, JobResults, Generic[ParsedT]):
    """An execution or a prediction, which has a response.

    Type checkers derive the class of `.parsed` from the `response_model` of the call.
    """

    response: Any

    _repr_has_fields = False
    _response_model: ClassVar[Any] = Hidden(None)
    _parsed: ClassVar[Any] = Hidden(MISSING)

    def __repr__(self) -> str:
        """Return the class, id and status, without data of the document: logs have reprs."""
        return f"{type(self).__name__}(id={self.id!r}, status={str(self.status)!r})"

    def __str__(self) -> str:
        """Return all fields, which `print` shows."""
        fields = (f"{name}={getattr(self, name)!r}" for name in field_names(type(self)))
        return f"{type(self).__name__}({', '.join(fields)})"

    @property
    def parsed(self) -> ParsedT:
        """The response as an instance of the `response_model`; None without a `response_model`.

        It is parsed when it is first read, so that a response that does not fit is still available
        as `.response`.

        Raises:
            JobNotCompletedError: The job is in progress, or has failed.
            ResponseDecodeError: The response does not fit; the error has it as `raw`.
        """
        if self._response_model is None:
            return cast("ParsedT", None)
        if self.status != "completed":
            raise not_completed(self)
        if self._parsed is MISSING:
            response = self.response
            data = response.to_dict() if isinstance(response, Received) else response
            self._set(_parsed=parse_response(self._response_model, data))
        return cast("ParsedT", self._parsed)

    def with_response_model(self, response_model: Any) -> Self:
        """Return the same job with `parsed` as an instance of `response_model`.

        Args:
            response_model: A pydantic class, a JSON schema, or (extra `structured`) a
                dataclass, TypedDict or attrs class.
        """
        check_response_model(response_model)
        return self._replaced(_response_model=response_model)

    def _path_within(self, name: Any) -> str | None:
        is_field = isinstance(name, str) and isinstance(self.response, Mapping)
        if not (is_field and name in self.response):
            return None
        model = self._response_model
        # A TypedDict is a dict, and what a JSON schema describes has no class of the user's.
        has_attributes = isinstance(model, type) and not issubclass(model, dict)
        return f".parsed.{name}" if has_attributes else f".response[{name!r}]"

    def _with_response(self, response: Any) -> Self:
        """Return the same job with another response; `raw` stays as it is."""
        return self._replaced(response=response)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Fields to replace, in `raw` too. They are validated.
            deep: Copy nested values too.
        """
        return super().model_copy(update=update, deep=deep)._replaced()

    # Copies have everything. Pickles lack what was parsed, which is parsed again when it is needed,
    # and a response model that no other process can import.

    def __copy__(self) -> Self:
        return type(self).__new__(type(self))._set(**self.__getstate__())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        state = copy.deepcopy(self.__getstate__(), memo)
        return type(self).__new__(type(self))._set(**state)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        state = {**self.__getstate__(), "_parsed": MISSING, "_evidence": None, "_origin": None}
        state["_response_model"] = portable_model(self._response_model)
        return copyreg.__newobj__, (type(self),), state  # type: ignore[attr-defined]

    def _replaced(self, /, **state: Any) -> Self:
        # What was parsed may depend on what is replaced.
        return super()._replaced(**state, _parsed=MISSING, _evidence=None)
