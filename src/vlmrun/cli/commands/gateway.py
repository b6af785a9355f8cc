"""`vlmrun gateway`, also `vlmrun gw`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vlmrun.cli.commands.systemone import add_to as add_systemone
from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.formatting import footer, seconds_text
from vlmrun.cli.gateway_chat import GatewayChat, method_params, response_format, run_chat
from vlmrun.cli.gateway_inputs import extra_fields, media_parts, read_input
from vlmrun.cli.gateway_models import find_model, model_data, model_lines, show_models
from vlmrun.cli.inputs import is_url
from vlmrun.cli.options import RequestTimeoutOption, choice_option
from vlmrun.cli.problems import Problem, UsageProblem, check_choice
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("gateway", "Use single models: OCR, vision, speech to text, embeddings.")

TRANSCRIPTION_FORMATS = ("json", "text", "verbose_json", "srt", "vtt")

GatewayModel = Annotated[
    str,
    typer.Option(
        "--model", "-m", metavar="MODEL", help="The model; `vlmrun gw models` lists them."
    ),
]
InputsArgument = Annotated[list[str] | None, typer.Argument(metavar="INPUT", help="Files or URLs.")]


@command(app, "health")
def health(run: Run) -> None:
    """Check whether the gateway is up."""
    client = run.anonymous_client
    url = client.gateway.base_url
    is_up = client.gateway.health()
    status = "healthy" if is_up else "unreachable"
    run.output.show({"url": url, "status": status}, f"{url}: {status}")
    if not is_up:
        raise Problem(f"The gateway {url} is unreachable", "Check the network", FAILED)


@command(app, "models", is_list=True)
def models(
    run: Run,
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="Show only this one, with examples.")
    ] = None,
) -> None:
    """List the models, or show one."""
    found = run.anonymous_client.gateway.models()
    if model is None:
        show_models(run.output, found)
        return
    one = find_model(found, model)
    run.output.show(model_data(one), lambda: model_lines(one))


@command(app, "chat")
def chat(
    run: Run,
    model: GatewayModel,
    inputs: InputsArgument = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="Text after the files.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", "-M", metavar="METHOD", help="The method, such as markdown."),
    ] = None,
    method_params_: Annotated[
        str | None,
        typer.Option("--method-params", metavar="JSON", help="The arguments of the method."),
    ] = None,
    json_mode: Annotated[bool, typer.Option("--json-mode", help="Request a JSON object.")] = False,
    format_of_response: Annotated[
        str | None,
        typer.Option("--response-format", metavar="TYPE|JSON", help="text, json_object, JSON."),
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option("--extra", "-e", metavar="KEY=VALUE", help="A further field of the request."),
    ] = None,
    no_stream: Annotated[
        bool, typer.Option("--no-stream", "-ns", help="Show the answer when it is complete.")
    ] = False,
    timeout: RequestTimeoutOption = None,
) -> None:
    """Send files and a prompt to a model."""
    if not inputs and prompt is None:
        raise UsageProblem("There is no input", "Pass files or URLs, a prompt with -p, or both")
    fields = {
        "method": method,
        "method_params": method_params(method_params_),
        "response_format": response_format(json_mode, format_of_response),
        **extra_fields(extra),
    }
    body = {name: value for name, value in fields.items() if value is not None}
    content = media_parts(inputs or [])
    if prompt is not None:
        content.append({"type": "text", "text": prompt})
    run_chat(run, GatewayChat(body, model, content, not no_stream, json_mode, timeout))


@command(app, "embed")
def embed(
    run: Run,
    model: GatewayModel,
    inputs: InputsArgument = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", "-t", "--prompt", "-p", metavar="TEXT", help="A text."),
    ] = None,
    join: Annotated[
        bool, typer.Option("--join", help="One vector for one file and all texts.")
    ] = False,
    dimensions: Annotated[
        int | None,
        typer.Option("--dimensions", "-d", min=1, metavar="N", help="The size of the vectors."),
    ] = None,
    timeout: RequestTimeoutOption = None,
) -> None:
    """Turn images, videos and texts into vectors."""
    labels, vectors = _vectors_to_embed(inputs or [], text or [], join)
    options = {"dimensions": dimensions, "timeout": timeout}
    given: dict[str, Any] = {name: each for name, each in options.items() if each is not None}
    response = run.anonymous_client.gateway.embeddings.create(
        model=model, input=vectors, encoding_format="float", **given
    )
    if run.output.is_json:
        run.output.json(response.model_dump(mode="json", exclude_none=True))
        return
    run.output.rows(
        list(zip(labels, response.data, strict=False)),
        [Column("INPUT", flexible=True), Column("DIMS", right=True), Column("PREVIEW")],
        lambda pair: [
            pair[0],
            len(pair[1].embedding),
            " ".join(f"{number:.4f}" for number in pair[1].embedding[:4]) + " ...",
        ],
        empty="No vectors",
    )


def _vectors_to_embed(inputs: list[str], texts: list[str], join: bool) -> tuple[list[str], Any]:
    """Return what each vector stands for, and `input` of the request."""
    if not inputs and not texts:
        raise UsageProblem("There is no input", "Pass files, URLs, or texts with --text")
    parts = media_parts(inputs)
    for value, part in zip(inputs, parts, strict=True):
        if part["type"] not in ("image_url", "video_url"):
            raise UsageProblem(f"INPUT: {value} is not an image or a video")
    if join:
        if len(inputs) > 1:
            raise UsageProblem(f"--join takes one file at most, got {len(inputs)}")
        joined = [*parts, *({"type": "text", "text": each} for each in texts)]
        return [" + ".join([*inputs, *texts])], [joined]
    if not parts:
        return texts, texts
    return [*inputs, *texts], [
        *([part] for part in parts),
        *([{"type": "text", "text": each}] for each in texts),
    ]


@command(app, "transcribe", taken="f")
def transcribe(
    run: Run,
    model: GatewayModel,
    input: Annotated[
        str | None, typer.Argument(metavar="INPUT", help="An audio or video file, or a URL.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="A URL, instead of INPUT.")
    ] = None,
    format_: Annotated[
        str,
        choice_option("--format", "-f", metavar="FORMAT", known=TRANSCRIPTION_FORMATS),
    ] = "json",
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="CODE", help="The language, such as en."),
    ] = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="A hint for the model.")
    ] = None,
    timeout: RequestTimeoutOption = None,
) -> None:
    """Turn speech into text."""
    import time

    requested = check_choice("--format", format_, TRANSCRIPTION_FORMATS)
    if (input is None) == (url is None):
        got = "neither" if input is None else "both"
        raise UsageProblem(f"Pass one of INPUT and --url, got {got}")
    source = input if input is not None else url
    assert source is not None
    fields = {"language": language, "prompt": prompt, "timeout": timeout}
    given: Any = {name: each for name, each in fields.items() if each is not None}
    if is_url(source):
        # The form must have a file, which the gateway ignores if there is a URL.
        given |= {"file": ("empty", b""), "extra_body": {"url": source}}
    else:
        data, path = read_input("INPUT", source)
        given["file"] = (path.name, data)
    create: Any = run.anonymous_client.gateway.transcriptions.create
    started = time.monotonic()
    response = create(model=model, response_format=requested, **given)
    latency = time.monotonic() - started
    _show_transcription(run, model, response, latency)


def _show_transcription(run: Run, model: str, response: Any, latency: float) -> None:
    if isinstance(response, str):
        text = response
        data: Any = {"model": model, "text": response, "latency_s": round(latency, 3)}
    else:
        text = response.text
        data = response.model_dump(mode="json", exclude_none=True)
    run.output.show(data, text)
    run.output.dim(footer(model, seconds_text(latency)))


add_systemone(app)
