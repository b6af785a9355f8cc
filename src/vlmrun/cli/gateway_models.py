"""The models of the gateway, for people: a list by task, and the details of one."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import Any

from vlmrun.cli.exit_codes import NOT_FOUND
from vlmrun.cli.output import Output
from vlmrun.cli.problems import Problem, nearest
from vlmrun.cli.tables import Column, lines_of_details

TASKS = ("chat", "transcribe", "embed")

_EXAMPLE_INPUTS = {"chat": "document.pdf", "embed": "image.jpg", "transcribe": "audio.mp3"}


def show_models(output: Output, models: Sequence[Any]) -> None:
    """Write the catalog, grouped by task; the default method is marked with *."""
    order = {task: number for number, task in enumerate(TASKS)}
    output.rows(
        # JSON has the order of the service.
        models if output.is_json else sorted(models, key=lambda m: order.get(_task(m), len(order))),
        [
            Column("MODEL"),
            Column("TASK"),
            Column("INPUTS", flexible=True),
            Column("METHODS", flexible=True),
        ],
        lambda model: [
            model.id,
            _task(model),
            ", ".join(_inputs(model)),
            ", ".join(
                f"{method}*" if method == model.default_method else method
                for method in model.methods or ()
            ),
        ],
        empty="The gateway has no models",
    )


def find_model(models: Sequence[Any], name: str) -> Any:
    """Return the model with an id or an alias.

    Raises:
        Problem: There is none.
    """
    for model in models:
        if name == model.id or name in (model.aliases or ()):
            return model
    known = [alias for model in models for alias in (model.id, *(model.aliases or ()))]
    hint = nearest(name, known) or "`vlmrun gw models` lists them"
    raise Problem(f"The gateway has no model {name!r}", hint, NOT_FOUND)


def model_data(model: Any) -> dict[str, Any]:
    """Return the JSON of one model, with commands that use it."""
    examples, notes = _examples_and_notes(model.extra_body_help or "")
    return {
        "id": model.id,
        "aliases": list(model.aliases or ()),
        "task": _task(model),
        "methods": list(model.methods or ()),
        "default_method": model.default_method,
        "supported_input_types": _inputs(model),
        "extra_body_examples": examples,
        "notes": notes,
        "commands": _commands(model, examples),
    }


def model_lines(model: Any) -> list[str]:
    """Return the lines about one model for people."""
    data = model_data(model)
    methods = [
        f"{each} (default)" if each == data["default_method"] else each for each in data["methods"]
    ]
    lines = lines_of_details(
        {
            "Model": data["id"],
            "Task": data["task"],
            "Methods": ", ".join(methods) or None,
            "Inputs": ", ".join(data["supported_input_types"]) or None,
            "Aliases": ", ".join(data["aliases"]) or None,
            "Notes": "; ".join(data["notes"]) or None,
        }
    )
    return [*lines, "", "Commands:", *(f"  {each}" for each in data["commands"])]


def _task(model: Any) -> str:
    return model.task or "chat"


def _inputs(model: Any) -> list[str]:
    capabilities = model.capabilities
    return list((capabilities and capabilities.supported_input_types) or ())


def _examples_and_notes(help: str) -> tuple[list[Any], list[str]]:
    """Split `extra_body_help`: parts that are JSON objects are examples, the others notes."""
    examples: list[Any] = []
    notes: list[str] = []
    for part in filter(None, (each.strip() for each in help.split("|"))):
        try:
            value = json.loads(part)
        except ValueError:
            value = None
        if isinstance(value, dict):
            examples.append(value)
        else:
            notes.append(part)
    return examples, notes


def _commands(model: Any, examples: list[Any]) -> list[str]:
    task = _task(model)
    name = shlex.quote(_EXAMPLE_INPUTS.get(task, "FILE"))
    command = f"vlmrun gw {task if task in TASKS else 'chat'} {name} -m {shlex.quote(model.id)}"
    return [command] + [f"{command} {_options(example)}" for example in examples]


def _options(example: dict[str, Any]) -> str:
    options = []
    for key, value in example.items():
        if key == "method":
            options += ["-M", str(value)]
        elif key == "method_params":
            options += ["--method-params", json.dumps(value)]
        elif key == "response_format":
            options += ["--response-format", json.dumps(value)]
        else:
            text = value if isinstance(value, str) else json.dumps(value)
            options += ["-e", f"{key}={text}"]
    return shlex.join(options)
