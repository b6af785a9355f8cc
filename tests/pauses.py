"""The pauses between polls and between attempts, which few tests are about."""

from __future__ import annotations

import pytest

from vlmrun._async import reconciling as async_reconciling
from vlmrun._async.many import records as async_records
from vlmrun._async.many import submission_lookup as async_lookup
from vlmrun._core import list_schedule, polling, retry, watched_jobs
from vlmrun._sync import reconciling as sync_reconciling
from vlmrun._sync.many import records as sync_records
from vlmrun._sync.many import submission_lookup as sync_lookup

# Seconds, in about the proportions of the real ones. They are not zero: a busy loop would keep the
# threads of the mock server from working.
_SHORT = {
    (retry,): {"FIRST_PAUSE": 0.005, "LONGEST_PAUSE": 0.02},
    (polling,): {
        "_FIRST_PAUSE": 0.005,
        "_EARLY": 0.006,
        "_BASE_PAUSE": 0.02,
        "_LONGEST_PAUSE": 0.1,
        "_LONGEST_JOB_PAUSE": 0.25,
    },
    (polling, watched_jobs): {"PAUSE_OF_NEW_JOB": 0.002},
    (watched_jobs,): {"_NOTICE_TIME": 0.007},
    (list_schedule,): {"_MIN_GAP": 0.01},
    (async_reconciling, sync_reconciling): {"_PAUSE": 0.01},
    (async_records, sync_records): {"_FIRST_PAUSE": 0.001, "_LONGEST_PAUSE": 0.02},
    (async_lookup, sync_lookup): {"_MAY_ARRIVE": 0.2, "_AFTER_RESPONSE": 0.04, "_MIN_SETTLE": 0.02},
}
_REAL = [
    (module, name, getattr(module, name))
    for modules, values in _SHORT.items()
    for module in modules
    for name in values
]


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Make the pauses short."""
    for modules, values in _SHORT.items():
        for module in modules:
            for name, seconds in values.items():
                patch.setattr(module, name, seconds)


def restore(patch: pytest.MonkeyPatch) -> None:
    """Give the pauses the lengths that users see."""
    for module, name, seconds in _REAL:
        patch.setattr(module, name, seconds)
