"""`vlmrun gw systemone` and `vlmrun gw s1`."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy
import pytest

from tests.cli.conftest import Command
from tests.faults.raw_server import raw_server, response
from vlmrun.common.video import VideoWriter
from vlmrun.testing import Decision, Fault, Frame, FrameOutcome, Server

EXAMPLES = Path(__file__).parents[2] / "examples/inputs"
IMAGE, PDF = EXAMPLES / "invoice.png", EXAMPLES / "referral.pdf"


def sent(server: Server) -> Any:
    return server.requests[-1].json


def dry(vlm: Command, *arguments: Any, input: str | None = None) -> Any:
    body = json.loads(vlm.ok("gw", "s1", "--dry-run", *arguments, input=input))
    assert vlm.server.requests == []
    return body


class TestRequests:
    def test_questions_of_all_forms(self, vlm: Command, tmp_path: Path) -> None:
        flags = ["--noul", "is_urgent", "--noul", "paid=Is it paid?"]
        flags += ["--choice", "team=billing:money|sales", "--score", "anger=low|mid|high"]
        assert dry(vlm, "Help!", *flags) == {
            "state": "Help!",
            "model": "google/diffusiongemma-26b-a4b-it",
            "questions": {
                "is_urgent": {"type": "noul"},
                "paid": {"type": "noul", "instructions": "Is it paid?"},
                "team": {"type": "choice", "criteria": {"billing": "money", "sales": None}},
                "anger": {"type": "score", "criteria": ["low", "mid", "high"]},
            },
        }
        listed = [{"id": "a", "type": "choice", "options": ["x", "y"], "instructions": "Which?"}]
        file = tmp_path / "questions.json"
        file.write_text(json.dumps({"questions": listed}))
        question = {"type": "choice", "instructions": "Which?", "criteria": {"x": None, "y": None}}
        for spec in (json.dumps(listed), f"@{file}", json.dumps({"a": listed[0]})):
            assert dry(vlm, "-Q", spec)["questions"] == {"a": question}
        changed = dry(vlm, "-Q", "-", "--choice", "a=z|w", input=json.dumps(listed))["questions"]
        assert changed == {"a": {**question, "criteria": {"z": None, "w": None}}}

    def test_a_whole_request(self, vlm: Command) -> None:
        body = {
            "state": "Hi",
            "model": "m",
            "questions": {"a": {"type": "noul"}},
            "steps": 2,
            "new": True,
        }
        assert dry(vlm, "--body", json.dumps(body)) == body
        more = dry(vlm, "-B", json.dumps(body), "--noul", "b", "-m", "n", "--samples", "3", "Ho")
        assert more == {
            **body,
            "state": "Ho",
            "model": "n",
            "samples": 3,
            "questions": {"a": {"type": "noul"}, "b": {"type": "noul"}},
        }

    def test_states(self, vlm: Command, tmp_path: Path) -> None:
        text, data = tmp_path / "a.txt", tmp_path / "b.json"
        text.write_text("From a file")
        data.write_text('{"subject": "Help"}')
        ask = ["--noul", "a"]
        assert dry(vlm, *ask)["state"] == ""
        assert dry(vlm, "Two", "words", *ask)["state"] == "Two words"
        assert dry(vlm, text, *ask)["state"] == "From a file"
        assert dry(vlm, data, *ask)["state"] == {"subject": "Help"}
        assert dry(vlm, "-s", f"@{text}", IMAGE, *ask)["state"] == "From a file"
        assert dry(vlm, "-s", "-", *ask, input="Piped\n")["state"] == "Piped"

    def test_media(self, vlm: Command) -> None:
        url = "https://example.com/a.png"
        parts = dry(vlm, IMAGE, PDF, url, "--noul", "a", "--detail", "high")["content"]
        assert [each["type"] for each in parts] == ["file", "image_url", "image_url"]
        assert parts[0]["file"]["filename"] == "referral.pdf"
        assert parts[2]["image_url"] == {"url": url, "detail": "high"}

    def test_urls_without_a_telling_ending_are_looked_at(
        self, vlm: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
        pdf, image = response(PDF.read_bytes()), response(IMAGE.read_bytes())
        with (
            raw_server(lambda each: each.send(pdf)) as a,
            raw_server(lambda each: each.send(image)) as b,
        ):
            parts = dry(vlm, f"{a.root}/doc?id=1", f"{b.root}/img", "--noul", "a")["content"]
        assert [each["type"] for each in parts] == ["file", "image_url"]


class TestAnswers:
    def test_as_text(self, vlm: Command) -> None:
        vlm.server.on_decide(lambda decision: {"u": 0.9, "t": "sales", "s": 1.5})
        flags = ["--noul", "u", "--choice", "t=billing|sales", "--score", "s=low|mid|high"]
        lines = vlm.ok("gw", "systemone", "Help!", *flags, "-g", "u>0.8").splitlines()
        assert lines[0] == "u: yes ██████████████████░░ 0.900 P(yes)"
        assert lines[1].startswith("t: sales ")
        assert lines[2:4] == ["  0.000 billing", "  1.000 sales"]
        assert lines[4].startswith("s: 1.50 ")
        assert lines[5] == "  0.000 0 low"
        assert lines[-1] == "PASS u>0.8 (0.9)"

    def test_as_json(self, vlm: Command) -> None:
        data = vlm.json("gw", "s1", "Help!", "--noul", "u", "-g", "u<1")
        assert data["answers"] == {"u": {"type": "noul", "noul": 0.5}}
        assert data["stand_in"]["note"].startswith("Even odds")

    def test_several_times(self, vlm: Command) -> None:
        odds = iter([0.2, 0.4, 0.9])
        vlm.server.on_decide(lambda decision: {"u": next(odds)})
        result = vlm("gw", "s1", "Help!", "--noul", "u", "-r", "3", "-g", "u >= 0.5")
        assert result.exit_code == 0
        assert "  0.500 ± 0.294: 0.200, 0.400, 0.900" in result.stdout
        assert "PASS u >= 0.5 (0.5)" in result.stdout
        vlm.server.on_decide(None)
        assert len(vlm.json("gw", "s1", "Help!", "--noul", "u", "-r", "2")) == 2

    def test_models(self, vlm: Command) -> None:
        assert vlm.ok("gw", "s1", "models").splitlines()[0].split() == [
            "MODEL",
            "RELEASED",
            "DESCRIPTION",
        ]
        first = vlm.json("gw", "s1", "models")[0]
        assert [*first] == ["name", "description", "release_date"]


GATES = [
    ("u > 0.8", 0), ("u.noul>=0.9", 0), ("u<0.5", 1), ("t==sales", 0), ("t != sales", 1),
    ("t.choice == 'sales'", 0), ("t.confidence>0.9", 0), ("t.probabilities.billing<0.1", 0),
    ("s>=2", 1), ("s.score<2", 0), ("s.probabilities.2==0.5", 0), ("a.b>0.5", 0),
]  # fmt: skip


def test_boxes(vlm: Command) -> None:
    """They are shown as they were received; their confidence may be missing."""
    questions = ["-Q", '{"where": {"type": "box", "instructions": "The total"}}']
    shown = vlm("gw", "s1", "x", *questions)
    assert shown.stdout.startswith('where: {"type": "box", "box": {')
    assert vlm("gw", "s1", "x", *questions, "-g", "where.confidence>0").exit_code == 1
    refused = vlm("gw", "s1", "x", *questions, "-g", "where>0")
    assert refused.exit_code == 2
    assert "a box has no 'box'" in refused.stderr
    assert "where.confidence" in refused.stderr


@pytest.mark.parametrize(("gate", "exit_code"), GATES)
def test_gates(vlm: Command, gate: str, exit_code: int) -> None:
    vlm.server.on_decide(lambda decision: {"u": 0.9, "t": "sales", "s": 1.5, "a.b": 1})
    flags = ["--noul", "u", "--choice", "t=billing|sales", "--score", "s=low|mid|high"]
    result = vlm("gw", "s1", "x", *flags, "--noul", "a.b", "-g", gate, "-g", "u>0")
    assert result.exit_code == exit_code
    assert ("FAIL" in result.stdout) == (exit_code == 1)
    assert ("does not hold" in result.stderr) == (exit_code == 1)


MISTAKES: list[tuple[list[Any], str]] = [
    ([], "There are no questions"),
    (["--noul", "=x"], "--noul has no id"),
    (["--choice", "a"], "--choice a has no values"),
    (["--choice", "a=x"], "2 to 128 options, got 1"),
    (["--choice", "a=x|x"], "--choice a repeats a label"),
    (["--score", "a=x"], "2 to 10 levels, got 1"),
    (["-Q", "{"], "--questions is not JSON"),
    (["-Q", '{"a": {"type": "nuol"}}'], "Did you mean 'noul'?"),
    (["-B", "[]"], "--body must be a JSON object, got list"),
    (["--noul", "a", "-g", "b>1"], "no question has the id 'b'"),
    (["--noul", "a", "-g", "a"], "is not a condition"),
    (["--noul", "a", "-g", "a.score>1"], "a noul has no 'score'"),
    (["--noul", "a", "-g", "a>high"], "'high' is not a number"),
    (["--choice", "a=x|y", "-g", "a==z"], "there is no 'z'"),
    (["--choice", "a=x|y", "-g", "a>x"], "a label is compared by == or !="),
    (["--noul", "a", "-s", "x", "y"], "--state is passed, so INPUT must be media, got 'y'"),
    (["--noul", "a", "none.png"], "the file none.png does not exist. A text goes into --state"),
    (["--noul", "a", PDF, PDF], "One PDF is accepted, got 2"),
    (["--noul", "a", *[IMAGE] * 9], "images has 9 images, and at most 8 are accepted"),
    (["--noul", "a", "--steps", "9"], "--steps"),
    (["--noul", "a", "-r", "65"], "--repeat"),
    (["--noul", "a", "--gate-mode", "some"], "--gate-mode cannot be 'some'"),
    (["--noul", "a", "https://example.com/a.mp4"], "which must be a local file"),
    (["--noul", "a", "http://127.0.0.1/a.png"], "which is not a public address"),
    (["--noul", "a", "-m", "nope"], "The model 'nope' does not exist"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_every_error_has_the_exit_code_2(vlm: Command, arguments: list[Any], message: str) -> None:
    result = vlm("gw", "s1", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_errors_of_the_service(vlm: Command) -> None:
    vlm.server.inject(Fault("decide", status=500, times=None))
    result = vlm("gw", "s1", "x", "--noul", "a", "--json")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"type": "rank", "order": [1]}, '{"type": "rank", "order": [1]}'),
        ({"type": "noul", "noul": None}, '{"type": "noul", "noul": null}'),
        ({"type": "noul"}, '{"type": "noul"}'),
    ],
)
def test_answers_of_another_form(vlm: Command, answer: Any, shown: str) -> None:
    """They are shown as they are, and no gate holds for them."""
    vlm.server.on_decide(lambda decision: {"a": answer})
    assert f"a: {shown}" in vlm.ok("gw", "s1", "x", "--noul", "a", "-r", "2")
    result = vlm("gw", "s1", "x", "--noul", "a", "-g", "a<2")
    assert (result.exit_code, "FAIL a<2 (None)" in result.stdout) == (1, True)


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_answers_that_were_received_before_an_error_are_shown(
    vlm: Command, flags: list[str]
) -> None:
    vlm.server.inject(Fault("decide", status=422, skip=2))
    result = vlm("gw", "s1", "x", "--noul", "a", "-r", "5", "-g", "a>2", *flags)
    assert (result.exit_code, "status 422" in result.stderr) == (2, True)
    if flags:
        assert len(json.loads(result.stdout)) == 2
    else:
        assert result.stdout.startswith("a: ")
        assert "FAIL" not in result.stdout


def test_a_gate_fails_if_one_of_several_responses_lacks_its_value(vlm: Command) -> None:
    answers = iter([0.9, {"type": "noul"}])
    vlm.server.on_decide(lambda decision: {"a": next(answers)})
    result = vlm("gw", "s1", "x", "--noul", "a", "-r", "2", "-g", "a>0.5")
    assert (result.exit_code, "FAIL a>0.5 (None)" in result.stdout) == (1, True)


class TestVideos:
    @pytest.fixture
    def video(self, tmp_path: Path) -> Path:
        path = tmp_path / "door.mp4"
        with VideoWriter(str(path), fps=10) as writer:
            for _ in range(40):
                writer.write(numpy.zeros((48, 64, 3), numpy.uint8))
        return path

    @pytest.mark.parametrize("flags", [[], ["--ws"]], ids=["http", "ws"])
    def test_frames(self, vlm: Command, video: Path, flags: list[str]) -> None:
        data = vlm.json("gw", "s1", video, "--noul", "open", "-s", "Is it?", *flags)
        assert data["video"]["frames"] == 4
        assert [each["timestamp_s"] for each in data["reads"]] == [0, 1, 2, 3]
        assert data["reads"][1]["frame"] == 10
        assert data["reads"][1]["response"]["answers"]["open"]["noul"] == 0.5
        text = vlm.ok("gw", "s1", video, "--noul", "open", "--choice", "c=x|y", *flags)
        assert "mean 0.500, peak 0.500 at 0.0 s" in text
        assert "c: x 0.0-3.0 s" in text

    def test_decisions_behind_an_error_are_shown(self, vlm: Command, video: Path) -> None:
        arrived = threading.Semaphore(0)

        def script(frame: Frame) -> Any:
            if frame.number == 2:
                assert arrived.acquire(timeout=30)
                assert arrived.acquire(timeout=30)
                return FrameOutcome.failed("It is blank")
            if frame.number > 2:
                arrived.release()
            return {"o": frame.number / 10}

        vlm.server.on_frame(script)
        result = vlm("gw", "s1", video, "--noul", "o", "--ws", "--json")
        assert (result.exit_code, "It is blank" in result.stderr) == (2, True)
        shown = {each["frame"] for each in json.loads(result.stdout)["reads"]}
        # The server may send the failure before an answer that its script has returned.
        assert {0} <= shown <= {0, 20, 30}

    @pytest.mark.parametrize(
        ("mode", "gate", "exit_code"),
        [
            ("any", "o>0.8", 0),
            ("all", "o>0.8", 1),
            ("mean", "o>0.4", 0),
            ("sustained:2", "o>0.4", 0),
            ("sustained:3", "o>0.4", 1),
        ],
    )
    def test_gates(self, vlm: Command, video: Path, mode: str, gate: str, exit_code: int) -> None:
        odds = iter([0.1, 0.9, 0.5, 0.3])

        def script(decision: Decision) -> dict[str, Any]:
            return {"o": next(odds)}

        vlm.server.on_decide(script)
        arguments = [video, "--noul", "o", "-g", gate, "--gate-mode", mode, "-c", "1"]
        assert vlm("gw", "s1", *arguments).exit_code == exit_code

    def test_too_many_frames(self, vlm: Command, video: Path) -> None:
        result = vlm("gw", "s1", video, "--noul", "o", "--max-frames", "3")
        assert result.exit_code == 2
        assert "about 4 frames at --fps 1, more than --max-frames 3" in result.stderr
        assert vlm.server.requests == []
        other = vlm("gw", "s1", video, IMAGE, "--noul", "o")
        assert (other.exit_code, other.stdout) == (2, "")
        assert "goes with no other media" in other.stderr
