# Derived from _async/resources/models.py by `make generate`. Do not edit.
"""`client.models`."""

from __future__ import annotations

from typing import ClassVar

from vlmrun_api.api.models import list_models

from vlmrun._core.request_options import RequestOptions
from vlmrun._sync.resources._base import Resource
from vlmrun.types.page import Page
from vlmrun.types.predictions import ModelInfo


class Models(Resource):
    """The models and domains that the API key may use."""

    _attribute = "models"
    _operations: ClassVar = {
        "list_models": "list",
    }

    def list(self, *, options: RequestOptions | None = None) -> Page[ModelInfo]:
        """List the available pairs of model and domain.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> for info in client.models.list():
            ...     print(info.model, info.domain)
        """
        return self._request_page(ModelInfo, list_models._get_kwargs(), self._begin(options))
