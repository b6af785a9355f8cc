# Derived from _async/resources/skills.py by `make generate`. Do not edit.
"""`client.skills`: stored skills."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
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

from vlmrun._core.options import RequestOptions
from vlmrun._core.request_context import RequestContext
from vlmrun._files.upload_source import source_of
from vlmrun._requests.common import json_body
from vlmrun._requests.skill import (
    SkillOrder,
    creation_body,
    list_query,
    lookup_body,
    update_body,
)
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.http.operation_sender import storage_url
from vlmrun._sync.paging import PAGE_SIZE, iterate_pages
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_id, check_int
from vlmrun.types.page import Page
from vlmrun.types.skills import AgentSkill, SkillDownloadResponse, SkillInfo


class Skills(Resource):
    """List, create, update and download stored skills."""

    attribute = "skills"
    operations: ClassVar = {
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
        order_by: SkillOrder | None = None,
        descending: bool | None = None,
        grouped: bool | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[SkillInfo]:
        """List skills.

        Args:
            limit: How many to return, 1 to 1000; the service's default is 50.
            offset: How many to pass over; the service's default is 0.
            order_by: "created_at" (the service's default), "updated_at" or "name".
            descending: Whether the last comes first; the service's default is True.
            grouped: Whether to list only the latest version of each name; default False.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument out of bounds.

        Example:
            >>> for skill in client.skills.list(grouped=True):
            ...     print(skill.name, skill.skill_version)
        """
        query = list_query(limit, offset, order_by, descending, grouped)
        return self._page(query, self._begin(options))

    def iterate(
        self,
        *,
        order_by: SkillOrder | None = None,
        descending: bool | None = None,
        grouped: bool | None = None,
        offset: int = 0,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> Iterator[SkillInfo]:
        """All skills, fetched page by page as they are asked for.

        Args:
            order_by: As for `list`, and so are the next two.
            descending: Whether the last comes first.
            grouped: Whether to list only the latest version of each name.
            offset: How many to pass over.
            page_size: How many to fetch at a time, 1 to 1000.
            options: For each page's request.

        Raises:
            InputError: An argument out of bounds.

        Example:
            >>> for skill in client.skills.iterate(order_by="name"):
            ...     print(skill.name, skill.skill_version)
        """
        query = list_query(None, None, order_by, descending, grouped)

        def fetch(offset: int, limit: int) -> Page[SkillInfo]:
            place = {"offset": offset, "limit": limit}
            return self._page({**query, **place}, self._begin(options))

        return iterate_pages(fetch, offset, page_size)

    def get(
        self,
        name: str | None = None,
        id: str | None = None,
        skill_version: str | None = None,
        version: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SkillInfo:
        """One skill, by its id, or by its name and version.

        Args:
            name: The skill's name.
            id: The skill's id; wins over the name.
            skill_version: With a name, the version; by default the latest.
            version: The old spelling of `skill_version`.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Neither name nor id.
            ResourceNotFoundError: There is no such skill.

        Example:
            >>> skill = client.skills.get(name="patient-referral")
        """
        context = self._begin(options)
        wanted = skill_version if skill_version is not None else version
        if id is not None and wanted is None:
            return self._request(SkillInfo, get_skill._get_kwargs(check_id("id", id)), context)
        body = json_body(lookup_body(name, id, wanted))
        kwargs = lookup_skill._get_kwargs(body=body)
        return self._request(SkillInfo, kwargs, context, repeatable=True)

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
        """Create a skill from a prompt, a chat session or an uploaded zip; give exactly one.

        Args:
            prompt: What the skill shall do; the service writes its SKILL.md.
            json_schema: With a prompt: the form of the output, a JSON schema or a class.
            session_id: A chat session to take the prompt from.
            file_id: An uploaded zip with SKILL.md at its root; needs name and description.
            name: At most 255 characters.
            description: What the skill is for.
            is_public: Whether others may use it.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Not exactly one source, or one that lacks what it needs; nothing was sent.
            OutcomeUnknownError: The request was sent but no answer came; it was not sent again.

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
        kwargs = create_skill._get_kwargs(body=json_body(body))
        return self._request(SkillInfo, kwargs, self._begin(options))

    def update(
        self,
        skill_id: str,
        file_id: str | None = None,
        description: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SkillInfo:
        """Make a new version of a skill.

        Args:
            skill_id: The skill's id.
            file_id: An uploaded zip with the new files.
            description: The new description.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Neither `file_id` nor `description`.
            ResourceNotFoundError: There is no such skill.

        Example:
            >>> newer = client.skills.update(skill.id, description="Reads referrals")
        """
        body = json_body(update_body(file_id, description))
        kwargs = update_skill._get_kwargs(check_id("skill_id", skill_id), body=body)
        return self._request(SkillInfo, kwargs, self._begin(options))

    def download(
        self,
        skill_id: str,
        *,
        to: str | os.PathLike[str] | None = None,
        expires: int | None = None,
        options: RequestOptions | None = None,
    ) -> SkillDownloadResponse:
        """A URL from which a skill's zip can be fetched; with `to`, the skill itself.

        Args:
            skill_id: The skill's id.
            to: A folder that is not there yet, or empty; the skill is fetched and unpacked into it.
                No archive leads outside of it, and a failed download leaves nothing behind.
            expires: Seconds the URL lives; the service's default is 604800.
            options: For this call alone. `deadline` bounds look-up and download.

        Raises:
            ResourceNotFoundError: There is no such skill.
            InputError: The folder is not empty, or the archive is broken or unsafe.

        Example:
            >>> client.skills.download(skill.id, to="skills/patient-referral")
        """
        query = {} if expires is None else {"expires": check_int("expires", expires, 1)}
        kwargs = download_skill._get_kwargs(check_id("skill_id", skill_id), **query)
        context = self._begin(options)
        if to is not None:
            from vlmrun.skills import check_target

            check_target(to)
        link = self._request(SkillDownloadResponse, kwargs, context)
        if to is None:
            return link
        url = storage_url(link, "download_url")
        from vlmrun.skills import unpack

        with tempfile.TemporaryFile() as archive:
            self._transport.download(url, archive, context)
            archive.seek(0)
            in_thread(unpack, archive, to)
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
        """Store a skill from a directory with a SKILL.md, and return a reference to it.

        Args:
            directory: The directory.
            name: In place of SKILL.md's; without either, the directory's name.
            description: In place of SKILL.md's.
            exclude: Globs of further files to leave out; see `AgentSkill.from_directory`.
            options: For this call alone. `deadline` bounds upload and creation.

        Returns:
            A reference, with `skill_id` and `skill_name`.

        Raises:
            MissingFileError: No such directory, or no SKILL.md in it (a `FileNotFoundError`).
            InputError: A link in it leads out of it.

        Example:
            >>> skill = client.skills.create_from_directory("my-skill")
        """
        from vlmrun.skills import stored_parts

        name, description, data = in_thread(stored_parts, directory, name, description, exclude)
        context = self._begin(options)
        file = self._client_context.uploader.upload(source_of(BytesIO(data), "skill.zip"), context)
        body = {"file_id": file.id, "name": name, "description": description}
        kwargs = create_skill._get_kwargs(body=json_body(body))
        info = self._request(SkillInfo, kwargs, context)
        return AgentSkill(skill_id=info.id, skill_name=info.name or name)

    def _page(self, query: dict[str, Any], context: RequestContext) -> Page[SkillInfo]:
        return self._request_page(SkillInfo, list_skills._get_kwargs(**query), context)
