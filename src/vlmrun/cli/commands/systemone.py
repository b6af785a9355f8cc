"""`vlmrun gateway systemone`, also `vlmrun gw s1`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vlmrun.cli.decision_gates import check_mode, parse_gates
from vlmrun.cli.decision_request import (
    DecisionArguments,
    media_of,
    options_of,
    questions_of,
    read_body,
    state_of,
)
from vlmrun.cli.decision_run import (
    VideoOptions,
    decide,
    decide_video,
    errors_as_usage,
    list_models,
)
from vlmrun.cli.options import RequestTimeoutOption
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.registration import command
from vlmrun.cli.run import Run

_Values = list[str] | None


def _option(*names: str, help: str, metavar: str = "VALUE", **bounds: Any) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, **bounds)


def systemone(
    run: Run,
    inputs: Annotated[
        _Values,
        typer.Argument(metavar="INPUT", help="Images, a PDF, a video, texts; or `models`."),
    ] = None,
    questions: Annotated[
        str | None,
        _option("--questions", "-Q", metavar="JSON", help="The questions: JSON, @FILE or -."),
    ] = None,
    noul: Annotated[
        _Values, _option("--noul", metavar="ID[=TEXT]", help="A yes or no question.")
    ] = None,
    choice: Annotated[
        _Values,
        _option("--choice", metavar='ID="A|B"', help="A question with labels: ID='a|b:text'."),
    ] = None,
    score: Annotated[
        _Values, _option("--score", metavar='ID="LOW|HIGH"', help="A question with a scale.")
    ] = None,
    state: Annotated[
        str | None,
        _option("--state", "-s", metavar="TEXT", help="What they are about: text, @FILE or -."),
    ] = None,
    body: Annotated[
        str | None,
        _option("--body", "-B", metavar="JSON", help="The whole request: JSON, @FILE or -."),
    ] = None,
    model: Annotated[
        str | None,
        _option("--model", "-m", metavar="MODEL", help="The model; `gw s1 models` lists them."),
    ] = None,
    detail: Annotated[
        str | None,
        _option("--detail", metavar="DETAIL", help="The detail of images: auto, low or high."),
    ] = None,
    steps: Annotated[
        int | None, _option("--steps", metavar="N", min=1, max=8, help="Denoising steps.")
    ] = None,
    samples: Annotated[
        int | None,
        _option("--samples", metavar="N", min=1, max=32, help="Draws to average; all are billed."),
    ] = None,
    reasoning_effort: Annotated[
        str | None,
        _option(
            "--reasoning-effort", "-R", metavar="EFFORT", help="none, minimal, low, medium, high."
        ),
    ] = None,
    gate: Annotated[
        _Values,
        _option("--gate", "-g", metavar="CONDITION", help="Such as 'is_urgent>0.8'; else exit 1."),
    ] = None,
    repeat: Annotated[
        int, _option("--repeat", "-r", metavar="N", min=1, max=64, help="Send it N times.")
    ] = 1,
    fps: Annotated[
        float, _option("--fps", metavar="FPS", min=0.001, help="Frames of a video per second.")
    ] = 1.0,
    max_frames: Annotated[
        int,
        _option(
            "--max-frames", metavar="N", min=1, help="The maximum number of frames of a video."
        ),
    ] = 60,
    concurrency: Annotated[
        int, _option("--concurrency", "-c", metavar="N", min=1, max=32, help="Frames at a time.")
    ] = 4,
    ws: Annotated[bool, typer.Option("--ws", help="Send frames over one WebSocket.")] = False,
    gate_mode: Annotated[
        str,
        _option("--gate-mode", metavar="MODE", help="For a video: any, all, mean, sustained:N."),
    ] = "any",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the request, and send nothing.")
    ] = False,
    timeout: RequestTimeoutOption = None,
) -> None:
    """Answer typed questions about texts, images, a PDF or a video.

    The exit code is 1 if a gate does not hold, and 2 after any error.
    """
    with errors_as_usage():
        if inputs == ["models"]:
            list_models(run)
            return
        given = {"model": model, "detail": detail, "steps": steps, "samples": samples}
        given["reasoning_effort"] = reasoning_effort
        flags = (noul or [], choice or [], score or [])
        whole = read_body(body)
        asked = questions_of(whole, questions, *flags)
        gates = parse_gates(gate or [], asked)
        check_mode(gate_mode)
        media = media_of(inputs or [])
        if media.video is not None and repeat > 1:
            raise UsageProblem("--repeat does not go with a video")
        options = options_of(whole, given)
        if media.images or media.document is not None:
            options.get("extra_body", {}).pop("content", None)
        if media.images:
            options["images"] = media.images
        if media.document is not None:
            options["document"] = media.document
        request = DecisionArguments(state_of(state, whole, media), asked, options)
        if dry_run:
            systemone = run.anonymous_client.gateway.systemone
            run.output.json(
                systemone.build_request(request.state, request.questions, **request.options)
            )
            return
        if media.video is None:
            decide(run, request, gates, repeat, timeout)
            return
        video = VideoOptions(fps, max_frames, concurrency, ws, gate_mode)
        decide_video(run, request, media, gates, video, timeout)


def add_to(app: typer.Typer) -> None:
    """Register the command in the group of the gateway, under both of its names."""
    command(app, "systemone")(systemone)
    command(app, "s1", hidden=True)(systemone)
