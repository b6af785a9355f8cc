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


T = TypeVar("T", bound="ImageGenerateRequest")


@_attrs_define
class ImageGenerateRequest:
    """A prediction from images."""

    images: list[str]
    """ Images: http(s) URLs, or data in base64. """
    id: str | Unset = UNSET
    """ An id of the caller's own; the service makes one otherwise. """
    created_at: datetime.datetime | Unset = UNSET
    """ When the request was made; the service takes its own clock otherwise. """
    callback_url: None | str | Unset = UNSET
    """ Where to post the finished job; see the webhook jobFinished. """
    domain: None | str | Unset = UNSET
    """ What to extract; needed unless config.skills is given. """
    model: str | Unset = UNSET
    """ vlm-1, the only one. """
    batch: bool | Unset = UNSET
    """ Whether to return at once; false where nothing is said. """
    config: GenerationConfig | Unset = UNSET
    """ Configuration of a prediction. """
    metadata: RequestMetadata | Unset = UNSET
    """ Tags of a request. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        id = self.id

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        callback_url: None | str | Unset
        if isinstance(self.callback_url, Unset):
            callback_url = UNSET
        else:
            callback_url = self.callback_url

        domain: None | str | Unset
        if isinstance(self.domain, Unset):
            domain = UNSET
        else:
            domain = self.domain

        model = self.model

        batch = self.batch

        config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.config, Unset):
            config = self.config.to_dict()

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images": images,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url
        if domain is not UNSET:
            field_dict["domain"] = domain
        if model is not UNSET:
            field_dict["model"] = model
        if batch is not UNSET:
            field_dict["batch"] = batch
        if config is not UNSET:
            field_dict["config"] = config
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.generation_config import GenerationConfig
        from ..models.request_metadata import RequestMetadata

        d = dict(src_dict)
        images = cast(list[str], d.pop("images"))

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

        def _parse_domain(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        domain = _parse_domain(d.pop("domain", UNSET))

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

        image_generate_request = cls(
            images=images,
            id=id,
            created_at=created_at,
            callback_url=callback_url,
            domain=domain,
            model=model,
            batch=batch,
            config=config,
            metadata=metadata,
        )

        image_generate_request.additional_properties = d
        return image_generate_request

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
