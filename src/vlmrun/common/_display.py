"""Results beside their images, as a table for a notebook."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from vlmrun._validation import check_int
from vlmrun.common._boxes import get_nested_value, to_dict
from vlmrun.common._drawing import (
    DEFAULT_BOX_COLOR,
    DEFAULT_BOX_THICKNESS,
    Color,
    check_color,
    render_bbox_image,
    render_image,
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
    """How `show_results` shows results; its arguments say what each option does."""

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

    def _verify(self) -> None:
        check_color("box_color", self.box_color)
        check_int("box_thickness", self.box_thickness, 1)
        if self.image_width is not None:
            check_int("image_width", self.image_width, 1)
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
) -> Any:
    """Results beside their images, as a table for a notebook.

    What the results hold is shown as text: markup that stands in a document stays text.

    Args:
        result: A result or a list of them: dicts, models with `model_dump`, or the predictions or
            executions themselves.
        image: The image of each result: images of PIL, or paths.
        image_info: Facts about each image, for a column of their own.
        render_type: "bboxes" draws the boxes of a grounded result on its image.
        fields: The only fields to show, as paths such as "items.0.total".
        image_width: Pixels; None shows each image in its own size.
        as_json: Show each result whole, as JSON, instead of a column for each field.
        limit: How many results to show; by default all.
        box_color: Red, green and blue of the boxes, 0 to 255.
        box_thickness: Of their lines, in pixels.
        table_style: CSS in place of the table's own.
        show_content: Write the text of each box beside it.
        show_confidence: Write how sure the service is of it.

    Returns:
        IPython's `HTML`, which a notebook shows; its `data` is the text.

    Raises:
        InputError: Lists of different lengths, or an option that does not exist (a `ValueError`).
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
    results, images = _listed(result), _listed(image)
    infos: list[Any] = _listed(image_info) if image_info is not None else [None] * len(images)
    for name, values in (("result", results), ("image_info", infos)):
        if len(values) != len(images):
            raise InputError(f"{name} has {len(values)} items, image has {len(images)}")
    html_of = require_ipython_html()  # before the images are worked on
    shown = list(zip(results, images, infos, strict=True))[:limit]
    table = _table([_row(*given, options) for given in shown], image_info is not None)
    return html_of(f"<style>{table_style or _STYLE}</style>{table}")


def filter_response_data(data: Any) -> Any:
    """The data without vectors, image bytes and the like (`EXCLUDED_FIELDS`), at any depth."""
    if isinstance(data, Mapping):
        kept = {key: data[key] for key in data if key not in EXCLUDED_FIELDS}
        return {key: filter_response_data(value) for key, value in kept.items()}
    if isinstance(data, (list, tuple)):
        return [filter_response_data(value) for value in data]
    return data


def format_json_html(data: Any, indent: int = 2) -> str:
    """Data as an indented, escaped JSON text in a `<pre>` element."""
    text = json.dumps(data, indent=indent, ensure_ascii=False, default=str)
    return f'<pre style="margin: 0; white-space: pre-wrap">{html.escape(text)}</pre>'


class _Row(NamedTuple):
    """A row as HTML: the image, the cell of each column, facts about the image."""

    picture: str
    cells: dict[str, str]
    info: str


def _row(result: Any, image: Any, info: Any, options: DisplayOptions) -> _Row:
    data = filter_response_data(to_dict(result))
    if options.as_json or not isinstance(data, Mapping):
        cells = {"Response": format_json_html(data)}
    elif options.fields:
        cells = {field: _cell(_found(data, field)) for field in options.fields}
    else:
        cells = {str(field): _cell(value) for field, value in data.items()}
    facts = "" if info is None else format_json_html(filter_response_data(to_dict(info)))
    return _Row(_picture(result, image, options), cells, facts)


def _picture(result: Any, image: Any, options: DisplayOptions) -> str:
    if options.render_type == "default":
        return render_image(image, options.image_width)
    drawn = render_bbox_image(
        image,
        result,
        options.image_width,
        return_base64=True,
        box_color=options.box_color,
        box_thickness=options.box_thickness,
        show_content=options.show_content,
        show_confidence=options.show_confidence,
    )
    return str(drawn)


def _found(data: Any, field: str) -> Any:
    try:
        return get_nested_value(data, field)
    except KeyError:
        return None


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
        cells = [row.picture, *(row.cells.get(column, "") for column in columns)]
        cells += [row.info] if with_info else []
        lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return f'<table class="dataframe">{"".join(lines)}</table>'


def _listed(value: Any) -> list[Any]:
    """A list as it is, one thing as a list of it."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
