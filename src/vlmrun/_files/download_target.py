"""The folder and the file name that a download is stored under."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from vlmrun._files.paths import check_path, format_path
from vlmrun._files.staging import check_replaceable
from vlmrun.errors import FileAccessError, InputError


def check_download_target(to: Any) -> tuple[Path, str | None]:
    """Return the folder and the file name to store a download under.

    Args:
        to: The path of a file or a folder. It is a folder if it exists as one or ends with a
            slash, and the file name is None then.

    Raises:
        InputTypeError: `to` is neither a str nor a path-like object.
        InputError: `to` is empty or not a valid path on this system, or there is a pipe, a socket
            or a device.
    """
    path = check_path("to", to)
    try:
        is_folder = S_ISDIR(path.stat().st_mode)
        check_replaceable("to", path)
    except (FileNotFoundError, NotADirectoryError):
        is_folder = False
    except InputError:
        raise
    except OSError as error:  # a name that is too long, a cycle of links, no permission
        raise FileAccessError(f"to cannot be {format_path(path)}: {error.strerror}") from None
    if is_folder or os.fspath(to).endswith(("/", os.sep)):
        return path, None
    return path.parent, path.name
