"""The files of a saved result: its answer, evidence and Markdown, and the digests of all of them.

answer.json         the response; answer.md if it is text
parsed.json         the instance of the response_model
evidence.json       boxes, pages and confidences
document.md         a Markdown document, with its figures in figures/
artifacts/          the files that the agent has created
manifest.json       the job, and the size and SHA-256 of each file
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

# Not that of `attrs`, which cannot create the named tuples in a list:
# https://www.attrs.org/en/stable/api.html#attrs.asdict
from attr import asdict

from vlmrun._files.paths import check_path, file_errors, format_path
from vlmrun._files.staging import staged_folder
from vlmrun.errors import InputError, VLMRunError
from vlmrun.types._dumping import to_plain
from vlmrun.types._table_files import without_nan
from vlmrun.types.markdown import MarkdownDocument, MarkdownFigure, MarkdownPage
from vlmrun.types.refs import refs_in
from vlmrun.version import __version__

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence

MANIFEST = "manifest.json"
ARTIFACTS = "artifacts"

_FORMAT = 1
_CHUNK = 1 << 20
_DATA_URL = re.compile(r"data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)")
_FIGURE = re.compile(r'<Figure\s+id="fg-([0-9]{1,9})"\s*/>')
_IN_LINK = re.compile(r"[\[\]\r\n\\]")


def check_save_folder(value: Any, name: str = "folder") -> Path:
    """Return the path of a folder to save to.

    Raises:
        InputError: It is a file, or a folder that is not empty.
    """
    path = check_path(name, value)
    with file_errors(name, path, "written"):
        if path.is_dir():
            if any(path.iterdir()):
                raise InputError(
                    f"{name}: {format_path(path)} is not empty",
                    suggestion="Pass a folder that does not exist yet; nothing is overwritten",
                )
        elif path.exists() or path.is_symlink():
            raise InputError(
                f"{name}: {format_path(path)} is not a folder",
                suggestion="Pass a folder that does not exist yet",
            )
    return path


def check_save_to(folder: Any, batch: Any) -> None:
    """Check the argument `save_to` of a call that may wait for a job, before it is sent.

    Raises:
        InputError: The folder cannot be used, or the call does not wait for a result.
    """
    if folder is None:
        return
    if batch:
        raise InputError(
            "save_to needs a result, but batch=True does not wait for one",
            suggestion="Pass batch=False, or save it later: client.executions.save(id, folder)",
        )
    check_save_folder(folder, "save_to")


def save_without_client(job: Any, folder: Any, with_artifacts: bool) -> Path:
    """Save a job whose client is not known."""
    target = check_save_folder(folder)
    if with_artifacts:
        check_artifacts(job)
    with staged_folder(target) as stage:
        write_result(stage, job, {})
        write_manifest(stage, describe(job, with_artifacts=False))
    return target


def is_saved(folder: Path, job_id: str) -> bool:
    """Return whether a folder has the complete result of a job: its manifest, and all its files."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = {str(each["path"]): each["bytes"] for each in manifest["files"]}
        is_of_job = manifest["job"]["id"] == job_id
        return is_of_job and all(
            (folder / path).stat().st_size == size for path, size in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):  # missing, or written by something else
        return False


def check_save_root(folder: Any) -> Path:
    """Return the path of the folder of a batch, which may have results of earlier runs.

    Raises:
        InputError: It is not a folder.
    """
    path = check_path("save_to", folder)
    with file_errors("save_to", path, "written"):
        if (path.exists() or path.is_symlink()) and not path.is_dir():
            raise InputError(
                f"save_to: {format_path(path)} is not a folder",
                suggestion="Pass a folder, which is created if it does not exist",
            )
    return path


def check_artifacts(job: Any) -> None:
    """Raise `InputError` if a job has artifacts, for which there is no client."""
    for ref, _ in job._artifact_refs():
        raise InputError(
            f"The response refers to the artifact {ref.id}, which only a client can download",
            suggestion="Pass client=..., or artifacts=False",
        )


def write_result(folder: Path, job: Any, artifacts: Mapping[str, str]) -> None:
    """Write all files of a result but the artifacts and the manifest.

    Args:
        folder: An existing folder.
        job: The completed job.
        artifacts: By id, the names of the files in the folder `artifacts`.
    """
    response = job._sent_response()
    if isinstance(response, str):
        _write(folder / "answer.md", response)
    else:
        _write_json(folder / "answer.json", response)
    if job._response_model is not None:
        try:
            parsed = job.parsed
        except VLMRunError:  # the manifest says so
            pass
        else:
            _write_json(folder / "parsed.json", _to_data(parsed))
    found = [_evidence_data(item) for item in job.evidence.values() if not item.is_empty]
    if found:
        _write_json(folder / "evidence.json", found)
    if isinstance(job.response, MarkdownDocument):
        _write_document(folder, job.response, artifacts)


def write_manifest(folder: Path, about: Mapping[str, Any]) -> None:
    """Write the manifest of all files in a folder."""
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": _digest(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    _write_json(
        folder / MANIFEST, {"format": _FORMAT, "vlmrun": __version__, **about, "files": files}
    )


def describe(job: Any, with_artifacts: bool) -> dict[str, Any]:
    """Return what the manifest says of a job: all but its response.

    Args:
        job: The job.
        with_artifacts: Whether its artifacts were downloaded.
    """
    kind = "prediction" if "Prediction" in type(job).__name__ else "execution"
    about = {key: value for key, value in job.to_dict().items() if key != "response"}
    found: dict[str, Any] = {"kind": kind, "job": about}
    if not with_artifacts:
        found["artifacts"] = "not downloaded"
    if job._sent:
        found["inputs"] = [file.name for file in job._sent]
    try:
        _ = job.parsed
    except VLMRunError as error:  # it does not fit, or the class was lost in a pickle
        found["not_parsed"] = error.message
    return found


def _write_document(folder: Path, document: MarkdownDocument, artifacts: Mapping[str, str]) -> None:
    pages = []
    for number, page in enumerate(document.pages, 1):
        images: dict[str, str] = {}
        for figure in page.figures or []:
            place = _image_of(figure, folder, f"figures/page-{number}-fg-{figure.id}", artifacts)
            if place is not None:
                images[str(figure.id)] = place
        pages.append(_page_with_figures(page, images))
    _write(folder / "document.md", "\n\n---\n\n".join(pages) + "\n")


def _page_with_figures(page: MarkdownPage, images: Mapping[str, str]) -> str:
    """Return the Markdown of a page, with links to the images of its figures."""
    figures = {str(figure.id): figure for figure in reversed(page.figures or [])}
    placed: set[str] = set()

    def fill(found: re.Match[str]) -> str:
        figure = figures.get(found[1])
        if figure is None:
            return found[0]
        placed.add(found[1])
        return _figure_text(figure, images.get(found[1]))

    # Without figures, their placeholders are left as they are, and tables are filled in.
    plain = page.model_copy(update={"figures": []})
    text = _FIGURE.sub(fill, plain.render())
    rest = [_figure_text(figures[id], images.get(id)) for id in figures if id not in placed]
    return "\n\n".join(filter(None, [text.rstrip(), *reversed(rest)]))


def _figure_text(figure: MarkdownFigure, image: str | None) -> str:
    title = figure.title or f"Figure {figure.id}"
    head = f"![{_IN_LINK.sub(' ', title)}]({image})" if image else f"**{title}**"
    content = None if _DATA_URL.match(figure.content or "") else figure.content
    return "\n\n".join(filter(None, [head, figure.caption, content]))


def _image_of(
    figure: MarkdownFigure, folder: Path, name: str, artifacts: Mapping[str, str]
) -> str | None:
    """Return the path of a figure's image, which is written if the response has it."""
    for value in (figure.content, *figure.model_extra.values()):
        found = _DATA_URL.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is not None:
            try:
                content = base64.b64decode("".join(found[2].split()), validate=True)
            except binascii.Error:
                continue
            path = folder / f"{name}.{found[1]}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            return path.relative_to(folder).as_posix()
    for ref in refs_in(figure.model_extra):
        if ref.id in artifacts:
            return f"{ARTIFACTS}/{artifacts[ref.id]}"
    return None


def _evidence_data(item: Evidence) -> dict[str, Any]:
    data = asdict(item, filter=lambda attribute, _: attribute.name != "raw")
    return {**data, "raw": item.raw}


def _to_data(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return asdict(value) if attrs.has(type(value)) else to_plain(value)


def _write_json(path: Path, value: Any) -> None:
    _write(path, json.dumps(without_nan(value), ensure_ascii=False, indent=2, default=str) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
