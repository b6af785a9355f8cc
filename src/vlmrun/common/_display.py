"""HTML tables of images and their results, for notebooks."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from vlmrun._validation import check_int
from vlmrun.common._box_formats import get_nested_value, to_dict
from vlmrun.common._drawing import (
    DEFAULT_BOX_COLOR,
    DEFAULT_BOX_THICKNESS,
    Color,
    check_color,
    render_bbox_image,
    render_page,
)
from vlmrun.common.dependencies import require_ipython_html
from vlmrun.errors import InputError
from vlmrun.types._base import Model

DEFAULT_IMAGE_WIDTH = 800
VALID_RENDER_TYPES = ["default", "bboxes"]
EXCLUDED_FIELDS = {
    "binary_data",
    "embedding",
    "features",
    "image_bytes",
    "image_uri",
    "raw_bytes",
    "tensor",
    "vector",
}
_STYLE = (
    "table { border-collapse: collapse; margin: 10px 0 } "
    "th, td { padding: 8px; border: 1px solid #ddd; text-align: left; vertical-align: top } "
    "th { background: #f5f5f5 } pre { max-height: 400px; overflow: auto }"
)


class DisplayOptions(Model):
    """The options of `show_results`, which documents each of them."""

    render_type: Literal["default", "bboxes"] = "default"
    image_width: int | None = None
    fields: list[str] | None = None
    as_json: bool = False
    limit: int | None = None
    box_color: tuple[int, int, int] = DEFAULT_BOX_COLOR
    box_thickness: int = DEFAULT_BOX_THICKNESS
    table_style: str | None = None
    show_content: bool = False
    show_confidence: bool = False

    @property
    def is_valid_render_type(self) -> bool:
        """Whether `render_type` is known; always True, because no other is accepted."""
        return self.render_type in VALID_RENDER_TYPES

    def validate_image_width(self) -> None:
        """Raise `InputError` if `image_width` is below 1 (also a `ValueError`)."""
        if self.image_width is not None:
            check_int("image_width", self.image_width, 1)

    def _verify(self) -> None:
        check_color("box_color", self.box_color)
        check_int("box_thickness", self.box_thickness, 1)
        self.validate_image_width()
        if self.limit is not None:
            check_int("limit", self.limit)


def show_results(
    result: Any,
    image: Any,
    image_info: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    *,
    render_type: Literal["default", "bboxes"] = "default",
    fields: list[str] | None = None,
    image_width: int | None = DEFAULT_IMAGE_WIDTH,
    as_json: bool = False,
    limit: int | None = None,
    box_color: Color = DEFAULT_BOX_COLOR,
    box_thickness: int = DEFAULT_BOX_THICKNESS,
    table_style: str | None = None,
    show_content: bool = False,
    show_confidence: bool = False,
    page: int | Sequence[int | None] | None = None,
) -> Any:
    """Show results next to their images, as a table in a notebook.

    All values are escaped, so that markup from a document cannot run in the notebook.

    Args:
        result: A result or a list of results: dicts, models with `model_dump`, or predictions or
            executions.
        image: The image of each result: PIL images, or paths of images, TIFFs or PDFs.
        image_info: Metadata of each image, shown in an additional column.
        render_type: "bboxes" draws the boxes of a grounded result on its image; "default" does not.
        fields: The fields to show, as paths such as "items.0.total". Default: all.
        image_width: The width of the images in pixels (default 800); None for their own size.
        as_json: Show each result as JSON in one column, instead of one column for each field.
        limit: The maximum number of results to show. Default: all.
        box_color: The color of the boxes: red, green and blue, 0 to 255 (default red).
        box_thickness: The line width of the boxes in pixels (default 2).
        table_style: CSS that replaces the default style.
        show_content: Label each box with the text inside it.
        show_confidence: Label each box with its confidence.
        page: The page that is shown of each document, from 0, and whose boxes are drawn: one for
            all, or one for each result. Default: the only one.

    Returns:
        An `IPython.display.HTML` object, which notebooks render; its `data` is the HTML source.

    Raises:
        InputError: The lists differ in length, or an option is invalid (also a `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> show_results(prediction.response, "invoice.png", render_type="bboxes")
    """
    options = DisplayOptions(
        render_type=render_type,
        image_width=image_width,
        fields=fields,
        as_json=as_json,
        limit=limit,
        box_color=box_color,
        box_thickness=box_thickness,
        table_style=table_style,
        show_content=show_content,
        show_confidence=show_confidence,
    )
    if result is None:
        raise InputError(
            "result is None", suggestion="Wait for the job: its response is None until it completed"
        )
    results, images = _as_list(result), _as_list(image)
    infos: list[Any] = _as_list(image_info) if image_info is not None else [None] * len(images)
    pages: list[Any] = list(page) if isinstance(page, (list, tuple)) else [page] * len(images)
    for name, values in (("result", results), ("image_info", infos), ("page", pages)):
        if len(values) != len(images):
            raise InputError(f"{name} has {len(values)} items, image has {len(images)}")
    html_class = require_ipython_html()  # fails before any image is opened and scaled
    rows = list(zip(results, images, infos, pages, strict=True))[:limit]
    table = _table([_row(*row, options) for row in rows], image_info is not None)
    return html_class(f"<style>{table_style or _STYLE}</style>{table}")


def filter_response_data(data: Any) -> Any:
    """Return the data without embeddings, image bytes and similar fields, at any depth.

    `EXCLUDED_FIELDS` has their names.
    """
    if isinstance(data, Mapping):
        return {
            key: filter_response_data(value)
            for key, value in data.items()
            if key not in EXCLUDED_FIELDS
        }
    if isinstance(data, (list, tuple)):
        return [filter_response_data(value) for value in data]
    return data


def format_json_html(data: Any, indent: int = 2) -> str:
    """Return data as indented and escaped JSON in a `<pre>` element."""
    text = json.dumps(data, indent=indent, ensure_ascii=False, default=str)
    return f'<pre style="margin: 0; white-space: pre-wrap">{html.escape(text, quote=False)}</pre>'


class _Row(NamedTuple):
    """The HTML of a row: the image, the cells by column title, the metadata of the image."""

    image: str
    cells: dict[str, str]
    info: str


def _row(result: Any, image: Any, info: Any, page: int | None, options: DisplayOptions) -> _Row:
    data = filter_response_data(to_dict(result))
    if options.as_json or not isinstance(data, Mapping):
        cells = {"Response": format_json_html(data)}
    elif options.fields:
        cells = {field: _cell(_value_at(data, field)) for field in options.fields}
    else:
        cells = {str(field): _cell(value) for field, value in data.items()}
    metadata = "" if info is None else format_json_html(filter_response_data(to_dict(info)))
    return _Row(_image_element(result, image, page, options), cells, metadata)


def _image_element(result: Any, image: Any, page: int | None, options: DisplayOptions) -> str:
    if options.render_type == "default":
        return render_page(image, options.image_width, page)
    element = render_bbox_image(
        image,
        result,
        options.image_width,
        return_base64=True,
        box_color=options.box_color,
        box_thickness=options.box_thickness,
        show_content=options.show_content,
        show_confidence=options.show_confidence,
        page=page,
    )
    return str(element)


def _value_at(data: Any, field: str) -> Any:
    try:
        return get_nested_value(data, field)
    except KeyError:
        return None  # one list of fields is used for all results, and not each has them all


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (Mapping, list, tuple)):
        return format_json_html(value)
    return html.escape(str(value))


def _table(rows: list[_Row], with_info: bool) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row.cells))
    titles = ["Image", *map(html.escape, columns), *(["Image Info"] if with_info else [])]
    lines = [f"<tr>{''.join(f'<th>{title}</th>' for title in titles)}</tr>"]
    for row in rows:
        cells = [row.image, *(row.cells.get(column, "") for column in columns)]
        cells += [row.info] if with_info else []
        lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<table class="dataframe">{"".join(lines)}</table>'


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
