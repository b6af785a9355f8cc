"""The contents of a report, independent of the kind of result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence


# Pixels of the larger side of a picture of an artifact.
THUMBNAIL_SIDE = 520


class Artifact(NamedTuple):
    """A file that an agent has created.

    Attributes:
        id: The id, such as "img_0a1b2c".
        picture: An image of it, in any form that `open_pages` accepts; None if there is none.
        about: Its type and size, as far as they are known, or why it is not shown.
    """

    id: str
    picture: Any = None
    about: str = ""


@attrs.frozen
class ReportItem:
    """A result in a report.

    Attributes:
        title: The heading, such as the name of the file.
        status: The status of the job.
        facts: What else is shown above the pages: names and values.
        evidence: The fields.
        response: The response as JSON data.
        source: The document, in any form that `open_pages` accepts; None if it is not at hand.
        pages: The pages of the document that were sent, from 0; None for all.
        artifacts: The files that the response refers to.
        problem: Why the job has failed.
        note: Why there are no pages.
    """

    title: str
    status: str
    facts: Sequence[tuple[str, str]] = ()
    evidence: Mapping[str, Evidence] = attrs.field(factory=dict)
    response: Any = None
    source: Any = None
    pages: Sequence[int] | None = None
    artifacts: Sequence[Artifact] = ()
    problem: str | None = None
    note: str | None = None
