# Derived from _async/resources/skills.py by `make generate`. Do not edit.
"""`client.skills`: stored skills."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import Any, ClassVar

from vlmrun_api.api.skills import (
    create_skill,
    download_skill,
    get_skill,
    list_skills,
    lookup_skill,
    update_skill,
)

from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._files.paths import file_errors
from vlmrun._files.progress import Progress, ProgressCallback
from vlmrun._files.upload_source import source_of
from vlmrun._requests.skill import creation_body, list_query, lookup_body, update_body
from vlmrun._runtime.sync_runtime import in_thread, to_end
from vlmrun._sync.http.operation_sender import storage_url
from vlmrun._sync.paging import PAGE_SIZE, iterate_pages
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_id, check_int
from vlmrun.types.page import Page
from vlmrun.types.skills import AgentSkill, SkillDownloadResponse, SkillInfo, SkillOrder


class Skills(Resource):
    """List, create, update and download stored skills."""

    _attribute = "skills"
    _operations: ClassVar = {
        "list_skills": "list",
        "get_skill": "get",
        "lookup_skill": "get",
        "create_skill": "create",
        "update_skill": "update",
        "download_skill": "download",
    }

    def list(
        self,
        limit: int | None = None,
        offset: int | None = None,
        order_by: SkillOrder | str | None = None,
        descending: bool | None = None,
        grouped: bool | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[SkillInfo]:
        """List skills.

        Args:
            limit: The maximum number of items to return, 1 to 1000; the service's default is 50.
            offset: The number of items to skip; the service's default is 0.
            order_by: "created_at" (the service's default), "updated_at" or "name".
            descending: Whether to sort in descending order; the service's default is True.
            grouped: Whether to list only the latest version of each name; default False.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument is out of range.

        Example:
            >>> for skill in client.skills.list(grouped=True):
            ...     print(skill.name, skill.skill_version)
        """
        query = list_query(limit, offset, order_by, descending, grouped)
        return self._page(query, self._begin(options))

    def iterate(
        self,
        *,
        order_by: SkillOrder | str | None = None,
        descending: bool | None = None,
        grouped: bool | None = None,
        offset: int = 0,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> Iterator[SkillInfo]:
        """Iterate over all skills; pages are fetched as needed.

        Args:
            order_by: "created_at" (the service's default), "updated_at" or "name".
            descending: Whether to sort in descending order; the service's default is True.
            grouped: Whether to list only the latest version of each name; default False.
            offset: The number of items to skip.
            limit: The number of items to return at most; None (the default) for all.
            page_size: The number of items per request, 1 to 1000.
            options: Options of each request.

        Raises:
            InputError: An argument is out of range.

        Example:
            >>> for skill in client.skills.iterate(order_by="name"):
            ...     print(skill.name, skill.skill_version)
        """
        query = list_query(None, None, order_by, descending, grouped)

        def fetch(offset: int, limit: int) -> Page[SkillInfo]:
            bounds = {"offset": offset, "limit": limit}
            return self._page({**query, **bounds}, self._begin(options))

        return iterate_pages(fetch, offset, page_size, limit)

    def get(
        self,
        name: str | None = None,
        id: str | None = None,
        skill_version: str | None = None,
        version: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SkillInfo:
        """Return a skill by its id, or by its name and version.

        Args:
            name: The skill's name.
            id: The skill's id, which overrides the name.
            skill_version: With a name, the version; defaults to the latest.
            version: The old name of `skill_version`.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Neither name nor id was passed.
            ResourceNotFoundError: The skill does not exist.

        Example:
            >>> skill = client.skills.get(name="patient-referral")
        """
        context = self._begin(options)
        wanted = skill_version if skill_version is not None else version
        if id is not None and wanted is None:
            return self._request(SkillInfo, get_skill._get_kwargs(check_id("id", id)), context)
        return self._send_body(
            SkillInfo,
            lookup_skill._get_kwargs,
            lookup_body(name, id, wanted),
            context,
            repeatable=True,
        )

    def create(
        self,
        prompt: str | None = None,
        json_schema: Any = None,
        session_id: str | None = None,
        file_id: str | None = None,
        name: str | None = None,
        description: str | None = None,
        *,
        is_public: bool | None = None,
        options: RequestOptions | None = None,
    ) -> SkillInfo:
        """Create a skill from a prompt, a chat session or an uploaded zip; pass exactly one.

        Args:
            prompt: Instructions for the skill; the service writes its SKILL.md.
            json_schema: With a prompt, the schema of the output: a JSON schema or a class.
            session_id: The chat session to take the prompt from.
            file_id: An uploaded zip with SKILL.md at its root; requires name and description.
            name: At most 255 characters.
            description: The purpose of the skill.
            is_public: Whether other accounts may use it.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Not exactly one source, or an argument it requires is missing; nothing was
                sent.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

        Example:
            >>> skill = client.skills.create(prompt="Extract the total", name="totals")
        """
        body = creation_body(
            prompt=prompt,
            json_schema=json_schema,
            session_id=session_id,
            file_id=file_id,
            name=name,
            description=description,
            is_public=is_public,
        )
        return self._submit(SkillInfo, create_skill._get_kwargs, body, self._begin(options))

    def update(
        self,
        skill_id: str,
        file_id: str | None = None,
        description: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SkillInfo:
        """Create a new version of a skill.

        Args:
            skill_id: The skill's id.
            file_id: An uploaded zip with the new files.
            description: The new description.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Neither `file_id` nor `description`.
            ResourceNotFoundError: The skill does not exist.

        Example:
            >>> newer = client.skills.update(skill.id, description="Reads referrals")
        """
        body = update_body(file_id, description)
        get_kwargs = partial(update_skill._get_kwargs, check_id("skill_id", skill_id))
        return self._submit(SkillInfo, get_kwargs, body, self._begin(options))

    def download(
        self,
        skill_id: str,
        *,
        to: str | os.PathLike[str] | None = None,
        expires: int | None = None,
        on_progress: ProgressCallback | None = None,
        options: RequestOptions | None = None,
    ) -> SkillDownloadResponse:
        """Return a URL for downloading a skill's zip; with `to`, download and unpack it.

        Args:
            skill_id: The skill's id.
            to: A folder that does not exist yet, or is empty, to unpack the skill into. No archive
                can write outside of it, and a failed download leaves nothing behind.
            expires: Seconds until the URL expires; the service's default is 604800.
            on_progress: With `to`, called with the number of bytes received, and with the size of
                the archive, or None if it is not known. What it raises ends the download.
            options: Options of this call. `deadline` covers lookup and download.

        Raises:
            ResourceNotFoundError: The skill does not exist.
            InputError: The folder is not empty, or the archive is broken or unsafe.

        Example:
            >>> client.skills.download(skill.id, to="skills/patient-referral")
        """
        query = {} if expires is None else {"expires": check_int("expires", expires, 1)}
        kwargs = download_skill._get_kwargs(check_id("skill_id", skill_id), **query)
        progress = Progress.check(on_progress)
        context = self._begin(options)
        if to is not None:
            from vlmrun.skills import check_target

            check_target(to)
        link = self._request(SkillDownloadResponse, kwargs, context)
        if to is None:
            return link
        url = storage_url(link, "download_url", context)
        from vlmrun.skills import unpack

        with tempfile.TemporaryFile() as archive:
            with file_errors("to", tempfile.gettempdir(), "written"):
                self._transport.download(url, archive, context, progress=progress)
            archive.seek(0)
            to_end(unpack, archive, to)
        return link

    def create_from_directory(
        self,
        directory: str | os.PathLike[str],
        name: str | None = None,
        description: str | None = None,
        *,
        exclude: Iterable[str] = (),
        options: RequestOptions | None = None,
    ) -> AgentSkill:
        """Create a skill from a directory with a SKILL.md, and return a reference to it.

        Args:
            directory: The directory.
            name: Overrides the name in SKILL.md; without either, the directory's name.
            description: Overrides the description in SKILL.md.
            exclude: Globs of further files to exclude. Version control, caches, virtual
                environments, `.env*` and others in `vlmrun.skills.DEFAULT_EXCLUDES` always are.
            options: Options of this call. `deadline` covers upload and creation.

        Returns:
            A reference, with `skill_id` and `skill_name`.

        Raises:
            MissingFileError: The directory or its SKILL.md does not exist (a `FileNotFoundError`).
            InputError: A link in it leads out of it.

        Example:
            >>> skill = client.skills.create_from_directory("my-skill")
        """
        from vlmrun.skills import stored_parts

        name, description, data = in_thread(stored_parts, directory, name, description, exclude)
        context = self._begin(options)
        file = self._client_context.uploader.upload(source_of(BytesIO(data), "skill.zip"), context)
        body = {"file_id": file.id, "name": name, "description": description}
        info = self._submit(SkillInfo, create_skill._get_kwargs, body, context)
        # The skill is stored, whatever the response has as its name.
        stored_as = info.name if isinstance(info.name, str) and info.name.strip() else name
        return AgentSkill(skill_id=info.id, skill_name=stored_as)

    def _page(self, query: dict[str, Any], context: RequestContext) -> Page[SkillInfo]:
        return self._request_page(SkillInfo, list_skills._get_kwargs(**query), context)
