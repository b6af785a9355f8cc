"""The artifacts that the answer of a chat refers to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from vlmrun.cli.chat_answers import ChatAnswer
from vlmrun.cli.formatting import count, size_text
from vlmrun.cli.problems import one_line
from vlmrun.cli.run import Run

_REFERENCE = re.compile(r"\b(?:img|aud|vid|doc|recon|arr|url)_\w{6}\b")


class SavedArtifacts(NamedTuple):
    """The artifacts that were saved, and the others.

    Attributes:
        paths: The files that were saved.
        failed: The ids of the others.
    """

    paths: list[Path]
    failed: list[str]


def references_in(text: str) -> list[str]:
    """Return the ids of artifacts in a text, each once, in their order."""
    return list(dict.fromkeys(_REFERENCE.findall(text)))


def save_artifacts(run: Run, answer: ChatAnswer, folder: Path | None) -> SavedArtifacts:
    """Save the artifacts of an answer, and list them on stderr; failures do not end it.

    Args:
        run: The run of the command.
        answer: The answer.
        folder: Where to; by default a folder of the cache, named by the session.
    """
    from vlmrun.errors import VLMRunError

    saved = SavedArtifacts([], [])
    for reference in references_in(answer.content):
        target = None if folder is None else f"{folder.expanduser()}/"
        try:
            if target is not None:
                Path(target).mkdir(parents=True, exist_ok=True)
            path = run.client.artifacts.download(reference, session_id=answer.session_id, to=target)
        except (VLMRunError, OSError) as error:
            run.output.warn(f"{reference} could not be saved: {one_line(error)}")
            saved.failed.append(reference)
        else:
            saved.paths.append(path)
    if saved.paths:
        run.output.note(f"Saved {count(len(saved.paths), 'artifact')}:")
        for path in saved.paths:
            run.output.note(f"  {path} ({size_text(path.stat().st_size)})")
    return saved
