# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from dateutil.parser import isoparse

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generation_config import GenerationConfig
    from ..models.request_metadata import RequestMetadata


T = TypeVar("T", bound="VideoGenerateRequest")


@_attrs_define
class VideoGenerateRequest:
    """A prediction from a video."""

    id: str | Unset = UNSET
    """ An id of the caller's own; the service makes one otherwise. """
    created_at: datetime.datetime | Unset = UNSET
    """ When the request was made; the service takes its own clock otherwise. """
    callback_url: None | str | Unset = UNSET
    """ Where to post the finished job; see the webhook jobFinished. """
    file_id: None | str | Unset = UNSET
    """ Id of an uploaded file. """
    url: None | str | Unset = UNSET
    """ A file on the web. """
    model: str | Unset = UNSET
    """ vlm-1, the only one. """
    batch: bool | Unset = UNSET
    """ Whether to return at once; true where nothing is said. """
    config: GenerationConfig | Unset = UNSET
    """ Configuration of a prediction. """
    metadata: RequestMetadata | Unset = UNSET
    """ Tags of a request. """
    domain: None | str | Unset = UNSET
    """ What to extract; needed unless config.skills is given. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        callback_url: None | str | Unset
        if isinstance(self.callback_url, Unset):
            callback_url = UNSET
        else:
            callback_url = self.callback_url

        file_id: None | str | Unset
        if isinstance(self.file_id, Unset):
            file_id = UNSET
        else:
            file_id = self.file_id

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        model = self.model

        batch = self.batch

        config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.config, Unset):
            config = self.config.to_dict()

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        domain: None | str | Unset
        if isinstance(self.domain, Unset):
            domain = UNSET
        else:
            domain = self.domain

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if file_id is not UNSET:
            field_dict["file_id"] = file_id
        if url is not UNSET:
            field_dict["url"] = url
        if model is not UNSET:
            field_dict["model"] = model
        if batch is not UNSET:
            field_dict["batch"] = batch
        if config is not UNSET:
            field_dict["config"] = config
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if domain is not UNSET:
            field_dict["domain"] = domain

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.generation_config import GenerationConfig
        from ..models.request_metadata import RequestMetadata

        d = dict(src_dict)
        id = d.pop("id", UNSET)

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = isoparse(_created_at)

        def _parse_callback_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        callback_url = _parse_callback_url(d.pop("callback_url", UNSET))

        def _parse_file_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        file_id = _parse_file_id(d.pop("file_id", UNSET))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        model = d.pop("model", UNSET)

        batch = d.pop("batch", UNSET)

        _config = d.pop("config", UNSET)
        config: GenerationConfig | Unset
        if isinstance(_config, Unset):
            config = UNSET
        else:
            config = GenerationConfig.from_dict(_config)

        _metadata = d.pop("metadata", UNSET)
        metadata: RequestMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = RequestMetadata.from_dict(_metadata)

        def _parse_domain(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        domain = _parse_domain(d.pop("domain", UNSET))

        video_generate_request = cls(
            id=id,
            created_at=created_at,
            callback_url=callback_url,
            file_id=file_id,
            url=url,
            model=model,
            batch=batch,
            config=config,
            metadata=metadata,
            domain=domain,
        )

        video_generate_request.additional_properties = d
        return video_generate_request

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
