"""Runs of `vlmrun gw systemone`: of one request, of several, and of the frames of a video."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from vlmrun.cli.decision_gates import Gate, Verdict, judge, judge_video
from vlmrun.cli.decision_report import footer_of, lines_of_answers, lines_of_video
from vlmrun.cli.decision_request import DecisionArguments, Media
from vlmrun.cli.exit_codes import FAILED, USAGE
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.run import Run


class VideoOptions(NamedTuple):
    """The options that apply to a video.

    Attributes:
        fps: The number of frames per second to read.
        max_frames: The number of frames at most.
        concurrency: The number of frames in flight.
        over_socket: Whether to send them over one WebSocket.
        gate_mode: How the gates apply to the frames.
    """

    fps: float
    max_frames: int
    concurrency: int
    over_socket: bool
    gate_mode: str


@contextmanager
def errors_as_usage() -> Iterator[None]:
    """Let every error end with the exit code 2: 1 says that a gate does not hold."""
    try:
        yield
    except Exception as error:
        if not getattr(error, "is_verdict", False):
            vars(error)["exit_code"] = USAGE
        raise


class GateFailed(Problem):
    """A gate does not hold."""

    is_verdict = True
    exit_code = FAILED


def list_models(run: Run) -> None:
    """Show the models."""
    models = run.anonymous_client.gateway.systemone.models()
    if run.output.is_json:
        run.output.json([each.to_dict() for each in models])
        return
    from vlmrun.cli.tables import Column

    run.output.rows(
        models,
        [Column("MODEL"), Column("RELEASED"), Column("DESCRIPTION", flexible=True)],
        lambda each: [each.name, each.release_date, each.description],
        empty="No models",
    )


def decide(
    run: Run, request: DecisionArguments, gates: list[Gate], repeat: int, timeout: float | None
) -> None:
    """Send a request, once or several times, and show the answers."""
    systemone = run.anonymous_client.gateway.systemone
    started = time.monotonic()
    responses: list[Any] = []

    def show() -> None:
        received = [each.to_dict() for each in responses]
        if run.output.is_json:
            run.output.json(received if repeat > 1 else received[0])
        else:
            run.output.lines(lines_of_answers(responses))
        run.output.dim(footer_of(responses, time.monotonic() - started))

    with _shown_in_any_case(responses, show):
        for _ in range(repeat):
            responses.append(
                systemone.decide(
                    request.state, request.questions, timeout=timeout, **request.options
                )
            )
    _show_verdicts(run, judge(gates, responses))


@contextmanager
def _shown_in_any_case(responses: Sequence[Any], show: Callable[[], None]) -> Iterator[None]:
    """Show what the block adds to the responses, also after an error: it is paid for."""
    try:
        yield
    finally:
        if responses:
            show()


def decide_video(
    run: Run,
    request: DecisionArguments,
    media: Media,
    gates: list[Gate],
    video: VideoOptions,
    timeout: float | None,
) -> None:
    """Send frames of a video, and show the answers over time."""
    from vlmrun.common.video import VideoReader
    from vlmrun.errors import VLMRunError

    assert media.video is not None
    options = dict(request.options)
    for name in ("images", "document"):
        options.pop(name, None)
    systemone = run.anonymous_client.gateway.systemone
    started = time.monotonic()
    with VideoReader(media.video) as reader:
        expected = check_frames(reader, video)
        run.output.note(f"Reading about {expected} frames")
        stream = systemone.stream(
            request.questions,
            state=request.state,
            timeout=timeout,
            concurrency=video.concurrency,
            transport="ws" if video.over_socket else "http",
            **options,
        )
        reads: list[Any] = []

        def show() -> None:
            facts = {
                "fps": video.fps,
                "frames": len(reads),
                "duration_s": reader.duration_s,
                "native_fps": reader.fps,
            }
            _show_video(run, facts, reads)
            responses = [each.response for each in reads]
            run.output.dim(footer_of(responses, time.monotonic() - started))

        with _shown_in_any_case(reads, show), stream:
            frames = reader.frames(fps=video.fps, max_frames=video.max_frames)
            try:
                for read in stream.map(frames):  # one by one, so that an error loses none of them
                    reads.append(read)
            except VLMRunError as error:
                reads.extend(error.results)
                raise
    if not reads:
        raise UsageProblem(f"{media.video} has no frames")
    _show_verdicts(run, judge_video(gates, [each.response for each in reads], video.gate_mode))


def check_frames(reader: Any, video: VideoOptions) -> int:
    """Return the number of frames to read.

    Raises:
        UsageProblem: It is more than `--max-frames`.
    """
    expected = max(1, int(reader.duration_s * video.fps))
    if expected > video.max_frames:
        raise UsageProblem(
            f"The video has about {expected} frames at --fps {video.fps:g}, more than "
            f"--max-frames {video.max_frames}",
            "Lower --fps, or raise --max-frames: each frame is billed",
        )
    return expected


def _show_video(run: Run, facts: dict[str, Any], reads: list[Any]) -> None:
    if not run.output.is_json:
        run.output.lines(lines_of_video(reads))
        return
    run.output.json(
        {
            "video": facts,
            "reads": [
                {
                    "frame": each.index,
                    "timestamp_s": each.timestamp_s,
                    "response": each.response.to_dict(),
                }
                for each in reads
            ],
        }
    )


def _show_verdicts(run: Run, verdicts: list[Verdict]) -> None:
    lines = [each.line for each in verdicts]
    if run.output.is_json:
        for line in lines:
            run.output.note(line)
    else:
        run.output.lines(lines)
    failed = [each.gate.text for each in verdicts if not each.holds]
    if failed:
        raise GateFailed(f"The gate does not hold: {', '.join(failed)}")
