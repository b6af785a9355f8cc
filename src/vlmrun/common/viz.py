"""Display of results and their bounding boxes in notebooks. Needs the extra `viz`.

`get_boxes_from_response`, `extract_bbox` and the other functions on data need no extra.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Union

from vlmrun.common._box_formats import (
    BoundingBox,
    Coordinates4,
    XYWHBox,
    extract_bbox,
    get_boxes_from_response,
    get_nested_value,
    to_dict,
    xywh_to_xyxy,
)
from vlmrun.common._display import (
    DEFAULT_IMAGE_WIDTH,
    EXCLUDED_FIELDS,
    VALID_RENDER_TYPES,
    DisplayOptions,
    filter_response_data,
    format_json_html,
    show_results,
)
from vlmrun.common._drawing import (
    DEFAULT_BOX_COLOR,
    DEFAULT_BOX_THICKNESS,
    DEFAULT_IMAGE_FORMAT,
    ensure_image,
    render_bbox_image,
    render_image,
)
from vlmrun.common.dependencies import require_ipython_html

if TYPE_CHECKING:
    from PIL import Image

# The official SDK exports these for annotations.
ImageType = Union["Image.Image", str, os.PathLike[str]]
ImageInfoType = Mapping[str, Any]
ResultType = Any

__all__ = [
    "DEFAULT_BOX_COLOR",
    "DEFAULT_BOX_THICKNESS",
    "DEFAULT_IMAGE_FORMAT",
    "DEFAULT_IMAGE_WIDTH",
    "EXCLUDED_FIELDS",
    "VALID_RENDER_TYPES",
    "BoundingBox",
    "Coordinates4",
    "DisplayOptions",
    "ImageInfoType",
    "ImageType",
    "ResultType",
    "XYWHBox",
    "ensure_image",
    "extract_bbox",
    "filter_response_data",
    "format_json_html",
    "get_boxes_from_response",
    "get_nested_value",
    "render_bbox_image",
    "render_image",
    "require_ipython_html",
    "show_results",
    "to_dict",
    "xywh_to_xyxy",
]
