"""Reading dates and times."""

import datetime


def isoparse(text: str) -> datetime.datetime:
    """Parse a date and time of ISO 8601 with dateutil, which is imported when it is first needed.

    Its import takes a tenth of the time until a new process has its first response.
    """
    from dateutil.parser import isoparse as parse

    return parse(text)
