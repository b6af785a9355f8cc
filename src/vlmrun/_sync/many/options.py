# Derived from _async/many/options.py by `make generate`. Do not edit.
"""The arguments that all batches have in common."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from vlmrun._core.request_options import RequestOptions
from vlmrun._files.paths import check_path
from vlmrun._runtime.sync_client_class import check_callback
from vlmrun._sync.waiting import WaitOptions
from vlmrun._validation import check_bool, check_int
from vlmrun.errors import InputError
from vlmrun.types._saving import check_save_root
from vlmrun.types.batches import BatchProgress
from vlmrun.types.usage import check_budget

_MAX_CONCURRENT = 1000


class BatchOptions(NamedTuple):
    """The arguments of a batch that are not those of its operation."""

    max_concurrent: int
    in_order: bool
    journal: str | os.PathLike[str] | None
    on_progress: Callable[[BatchProgress], Any] | None
    budget: float | None
    dry_run: bool
    retry_failed: bool
    resubmit_unknown: bool
    save_to: str | os.PathLike[str] | None
    wait_options: WaitOptions
    options: RequestOptions | None

    def checked(self) -> BatchOptions:
        """Return the same options; raise `InputError` if one is not valid."""
        check_int("max_concurrent", self.max_concurrent, 1, _MAX_CONCURRENT)
        for name in ("in_order", "dry_run", "retry_failed", "resubmit_unknown"):
            check_bool(name, getattr(self, name))
        if self.journal is not None:
            check_path("journal", self.journal)
        elif self.retry_failed:
            raise InputError(
                "retry_failed has no effect without a journal", suggestion="Pass journal=path"
            )
        if self.save_to is not None:
            check_save_root(self.save_to)
        check_callback("on_progress", self.on_progress)
        check_budget(self.budget)
        return self
