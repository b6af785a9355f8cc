"""`client.gateway.systemone.decide`, `build_request` and `models`."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import PIL.Image
import pytest

from tests.faults.raw_server import raw_server, response
from tests.sync_async import ClientFactory
from vlmrun.client.systemone import RequestTimings, timings_of, usage_of
from vlmrun.errors import (
    APIError,
    InputError,
    InputTypeError,
    MissingFileError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    UnprocessableEntityError,
)
from vlmrun.testing import Decision, Fault, Server
from vlmrun.types import Answer, BoxQuestion, NoulQuestion, SystemOneModels, SystemOneResponse

URGENT = {"is_urgent": {"type": "noul"}}
IMAGE = Path(__file__).parents[2] / "examples/inputs/invoice.png"
PDF = Path(__file__).parents[2] / "examples/inputs/referral.pdf"
HALF = "caf\udce9"
LONE = r"contains a lone surrogate at index 3, which UTF-8 cannot encode: 'caf.udce9'"
MIXED = [
    {"id": "is_urgent", "type": "noul", "instructions": "Is it urgent?"},
    {"id": "team", "type": "choice", "options": ["billing", "sales"]},
    {"id": "anger", "type": "score", "levels": ["calm", "upset", "furious"]},
]

CALLS = {
    "decide": lambda client, data: client.gateway.systemone.decide(
        "Invoice 44 was charged twice", MIXED, images=[data.image], document=data.pdf, text="Hi"
    ),
    "list_systemone_models": lambda client, data: client.gateway.systemone.models(),
}


@pytest.fixture
def systemone(client: Any) -> Any:
    return client.gateway.systemone


@pytest.fixture
def offline(factory_type: type[ClientFactory]) -> Iterator[Any]:
    """System One of clients that nothing listens to, so that sending is another error."""
    factory = factory_type()
    yield factory.client(api_key="key", gateway_url="http://127.0.0.1:9/v1").gateway.systemone
    factory.close()


class TestAnswers:
    def test_even_odds_by_default_marked_as_such(self, systemone: Any) -> None:
        result = systemone.decide("Invoice 44 was charged twice", MIXED, images=[IMAGE])

        assert result.nouls["is_urgent"].noul == 0.5
        assert result.choices["team"].probabilities == {"billing": 0.5, "sales": 0.5}
        assert result.scores["anger"].score == 1
        assert result.scores["anger"].legend == {0: "calm", 1: "upset", 2: "furious"}
        assert [*result.answers] == ["is_urgent", "team", "anger"]
        assert result.raw["stand_in"]["note"].startswith("Even odds by the mock server")
        assert result.raw["stand_in"]["content"][0]["bytes"] == IMAGE.stat().st_size

    def test_scripted(self, systemone: Any, server: Server) -> None:
        seen: list[Decision] = []

        @server.on_decide
        def script(decision: Decision) -> dict[str, Any]:
            seen.append(decision)
            return {"is_urgent": 0.9, "team": "sales", "anger": 1.5}

        result = systemone.decide({"subject": "Help"}, MIXED, samples=2)

        assert result.nouls["is_urgent"].noul == 0.9
        assert (result.choices["team"].choice, result.choices["team"].confidence) == ("sales", 1)
        assert result.scores["anger"].probabilities == {0: 0, 1: 0.5, 2: 0.5}
        assert (seen[0].state, seen[0].frame) == ({"subject": "Help"}, None)
        assert (result.usage.reads, usage_of(result)["cost"]) == (2, 0)
        timings = timings_of(result)
        assert isinstance(timings, RequestTimings)
        assert timings.total_ms >= timings.api_ms > 0
        assert timings.transfer_ms is None

    def test_unknown_kinds_of_answers_are_kept(self, systemone: Any, server: Server) -> None:
        server.on_decide(lambda decision: {"is_urgent": {"type": "rank", "order": [2, 1]}})
        answer = systemone.decide("", URGENT).answers["is_urgent"]
        assert (type(answer), answer.type, answer.raw["order"]) == (Answer, "rank", [2, 1])
        box = {"top": 0, "bottom": 0.5, "left": 0, "right": 1}
        server.on_decide(lambda decision: {"is_urgent": {"type": "box", "box": box}})
        assert systemone.decide("", URGENT).boxes["is_urgent"].box.bottom == 0.5

    def test_answers_are_frozen_and_built_by_hand(self) -> None:
        values = {
            "model": "m",
            "answers": {"a": {"type": "score", "score": 1, "legend": {"0": "x"}}},
        }
        made = SystemOneResponse(**values)
        assert made.scores["a"].legend == {0: "x"}
        assert SystemOneResponse.model_validate(values) == made
        assert made.model_dump(exclude_none=True)["answers"]["a"]["score"] == 1
        with pytest.raises(AttributeError):
            made.scores["a"].score = 2  # type: ignore[misc]
        with pytest.raises(InputError, match=r"answers\['a'\]"):
            SystemOneResponse(model="m", answers={"a": 7})

    def test_models(self, systemone: Any) -> None:
        models = systemone.models()
        assert isinstance(models, SystemOneModels)
        assert models[0].name == systemone.model == models.models[0].name
        assert models.request_id


class TestRequests:
    def test_the_forms_of_questions(self, offline: Any) -> None:
        def sent(questions: Any) -> dict[str, Any]:
            found: dict[str, Any] = offline.build_request("", questions)["questions"]
            return found

        by_id = {
            "is_urgent": {"type": "noul", "instructions": "Is it urgent?"},
            "team": {"type": "choice", "criteria": {"billing": None, "sales": None}},
            "anger": {"type": "score", "criteria": ["calm", "upset", "furious"]},
        }
        assert sent(MIXED) == sent(by_id) == sent({"questions": MIXED}) == by_id
        named = [{"name": "a", "description": "x"}, {"name": "b"}]
        assert sent({"q": {"type": "choice", "options": named}}) == {
            "q": {"type": "choice", "criteria": {"a": "x", "b": None}}
        }
        assert sent({"q": NoulQuestion(criteria={"yes": "Today", "false": "Later"})}) == {
            "q": {"type": "noul", "criteria": {"true": "Today", "false": "Later"}}
        }

    def test_the_body(self, offline: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TYPESAFE_DEFAULT_MODEL", "own/model")
        assert offline.build_request("Hi", URGENT) == {
            "state": "Hi",
            "model": "own/model",
            "questions": URGENT,
        }
        body = offline.build_request(
            [1],
            URGENT,
            model="m",
            images=["https://example.com/a.png"],
            document="https://example.com/a.pdf",
            text=["One", ""],
            detail="high",
            steps=8,
            samples=32,
            reasoning_effort="low",
            extra_body={"samples": 3, "new": True},
        )
        url = {"url": "https://example.com/a.png", "detail": "high"}
        file = {"file_data": "https://example.com/a.pdf", "detail": "high"}
        assert body["content"] == [
            {"type": "file", "file": file},
            {"type": "image_url", "image_url": url},
            {"type": "text", "text": "One"},
        ]
        assert (body["steps"], body["samples"], body["new"]) == (8, 3, True)

    @pytest.mark.parametrize("kind", ["path", "str", "bytes", "data URL", "file", "PIL", "array"])
    def test_images(self, offline: Any, kind: str) -> None:
        content = IMAGE.read_bytes()
        forms: dict[str, Callable[[], Any]] = {
            "path": lambda: IMAGE,
            "str": lambda: str(IMAGE),
            "bytes": lambda: content,
            "data URL": lambda: f"data:;base64,{base64.b64encode(content).decode()}",
            "file": lambda: io.BytesIO(content),
            "PIL": lambda: PIL.Image.new("RGBA", (4, 4)),
            "array": lambda: numpy.zeros((4, 4, 3), "uint8"),
        }
        body = offline.build_request("", URGENT, images=[forms[kind]()])
        url = body["content"][0]["image_url"]["url"]
        is_encoded = kind in ("PIL", "array")
        assert url.startswith("data:image/jpeg;" if is_encoded else "data:image/png;")
        assert is_encoded or base64.b64decode(url.partition(",")[2]) == content

    @pytest.mark.parametrize(
        "form", [PDF, str(PDF), PDF.read_bytes()], ids=["path", "str", "bytes"]
    )
    def test_documents(self, offline: Any, form: Any) -> None:
        file = offline.build_request("", URGENT, document=form)["content"][0]["file"]
        assert base64.b64decode(file["file_data"].partition(",")[2]) == PDF.read_bytes()
        assert file.get("filename") == (None if isinstance(form, bytes) else "referral.pdf")

    def test_assets(self, systemone: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
        content = IMAGE.read_bytes()
        with raw_server(lambda each: each.send(response(content))) as web:
            url = f"{web.root}/a.png"
            assets = {"<1>": IMAGE, "<2>": PIL.Image.new("RGB", (4, 4)), "<3>": url}
            result = systemone.decide("Is <1> like <2> or <3>?", URGENT, assets=assets)
        (request,) = server.requests
        sent = request.json["assets"]
        assert [each["format"] for each in sent.values()] == ["png", "jpeg", "png"]
        assert {each["type"] for each in sent.values()} == {"image"}
        assert base64.b64decode(sent["<3>"]["data_base64"]) == content
        assert "content" not in request.json
        assert result.raw["stand_in"]["content"][0]["bytes"] == len(content)

    def test_boxes(self, systemone: Any, server: Server) -> None:
        questions = {"where": BoxQuestion(instructions="The total"), "is_paid": {"type": "noul"}}
        whole = systemone.decide("", questions, images=[IMAGE]).boxes["where"]
        assert (whole.box.to_dict(), whole.confidence) == (
            {"top": 0, "bottom": 1, "left": 0, "right": 1},
            None,
        )
        sent = server.requests[0].json["questions"]["where"]
        assert sent == {"type": "box", "instructions": "The total"}
        edges = {"top": 0.2, "bottom": 0.3, "left": 0.5, "right": 1}
        server.on_decide(lambda decision: {"where": edges})
        assert systemone.decide("", questions).boxes["where"].box.bottom == 0.3

    def test_options_of_a_call(self, client: Any, server: Server) -> None:
        client.gateway.systemone.decide(
            "", URGENT, timeout=5, extra_headers={"X-One": "1"}, options={"headers": {"X-Two": "2"}}
        )
        (request,) = server.requests
        assert (request.path, request.operation) == ("/typesafe/v1/systemone", "decide")
        assert (request.headers["x-one"], request.headers["x-two"]) == ("1", "2")
        assert request.headers["authorization"] == "Bearer test-key-0123456789"

    def test_base_url(self, client: Any, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
        root = server.gateway_url.removesuffix("/v1")
        assert client.gateway.systemone.base_url == f"{root}/typesafe"
        monkeypatch.setenv("TYPESAFE_BASE_URL", f"{root}/elsewhere/")
        with pytest.raises(ResourceNotFoundError):
            client.gateway.systemone.models()
        assert server.requests[-1].path == "/elsewhere/v1/models"
        monkeypatch.setenv("TYPESAFE_BASE_URL", "ftp://example.com")
        with pytest.raises(ValueError, match="TYPESAFE_BASE_URL must start with"):
            client.gateway.systemone.models()


def one(**question: Any) -> dict[str, Any]:
    return {"q": question}


BAD_QUESTIONS: list[tuple[Any, str]] = [
    ([], "questions is empty"),
    ("is it?", r"questions must be a list or a dict, got str 'is it\?'"),
    ([{"type": "noul"}], r"questions\[0\] has no id"),
    ([{"id": "", "type": "noul"}], r"questions\[0\].id: the id is empty"),
    ([{"id": "a", "type": "noul"}] * 2, r"questions\[1\].id repeats 'a'"),
    ({"a": {"id": "b", "type": "noul"}}, r"questions\['a'\].id is 'b', but its key is 'a'"),
    ({7: {"type": "noul"}}, "an id must be a str, got int 7"),
    ({"a": "yes?"}, r"questions\['a'\] must be a dict, got str 'yes\?'"),
    (one(), r"questions\['q'\].type cannot be None"),
    (one(type="nuol"), r"questions\['q'\].type cannot be 'nuol'. Did you mean 'noul'\?"),
    (one(type="bool"), r"cannot be 'bool'. Known: box, choice, noul, score.$"),
    (one(type="noul", option=1), r"questions\['q'\] has the unknown key 'option'"),
    (one(type="noul", levels=["a", "b"]), "unknown key 'levels'"),
    (one(type="noul", criteria={"maybe": "x"}), r"criteria has the key 'maybe'"),
    (one(type="noul", instructions=7), "instructions must be a str, a dict or a list, got int 7"),
    (one(type="box", criteria=["a"]), r"questions\['q'\] has the unknown key 'criteria'"),
    (one(type="choice"), "is a choice without options"),
    (one(type="choice", options=["a"]), r"options must have 2 to 128 options, got 1"),
    (one(type="choice", options=[str(n) for n in range(129)]), "2 to 128 options, got 129"),
    (one(type="choice", options=["a", "a"]), r"options\[1\] repeats 'a'"),
    (one(type="choice", options=[{"label": "a"}, "b"]), r"options\[0\] must be a str, or a dict"),
    (one(type="choice", options=["a", "b"], criteria={}), "has both options and criteria"),
    (one(type="score"), "is a score without levels"),
    (one(type="score", levels=["a"] * 11), "levels must have 2 to 10 levels, got 11"),
    (one(type="score", levels={"a": 1}), "levels must be a list"),
    (one(type="score", levels=["a", None]), r"levels\[1\] is None"),
    (one(type="score", levels=["a", {"x": float("nan")}]), r"levels\[1\]\['x'\] is nan"),
    ([{"id": HALF, "type": "noul"}], rf"questions\[0\].id {LONE}"),
    (one(type="noul", instructions=HALF), rf"questions\['q'\].instructions {LONE}"),
    (one(type="choice", options=["a", HALF]), rf"options\[1\] {LONE}"),
    (one(type="score", levels=["a", {HALF: 1}]), rf"A key of .*levels\[1\] {LONE}"),
]

TOO_LARGE = b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)
GIF = b"GIF89a" + bytes(20)
BAD_CONTENT: list[tuple[dict[str, Any], str]] = [
    ({"images": [IMAGE] * 9}, "images has 9 images, and at most 8 are accepted"),
    ({"images": IMAGE}, "images must be a list, got"),
    ({"images": [IMAGE, TOO_LARGE]}, r"images\[1\] has 5242883 bytes, and at most 5242880"),
    ({"images": [b"GIF is not one"]}, r"images\[0\] is not an image: it begins with b'GIF is n'"),
    ({"images": [b""]}, r"images\[0\] is not an image"),
    ({"images": [PDF]}, r"images\[0\] is of the type application/pdf"),
    ({"images": [None]}, r"images\[0\] must be a path, a URL, bytes, .* got None"),
    ({"images": ["data:image/png,abc"]}, r"images\[0\] is a data URL that is not base64"),
    ({"images": ["data:image/png;base64,a"]}, r"images\[0\] is a data URL with invalid base64"),
    ({"images": ["https://"]}, r"images\[0\]"),
    ({"images": ["http://169.254.169.254/meta.png"]}, r"images\[0\] is 'http://169.254.169.254"),
    ({"images": ["http://[::1]/a.png"]}, "which is not a public address"),
    ({"images": ["https://localhost/a.png"]}, "which is not a public address"),
    # As resolvers read them: in decimal, octal and hexadecimal, shortened, mapped, normalized.
    ({"images": ["http://2130706433/a.png"]}, r"images\[0\] is 'http://2130706433/a.png'"),
    ({"images": ["http://0177.0.0.1/a.png"]}, "which is not a public address"),
    ({"images": ["http://0x7f.1/a.png"]}, "which is not a public address"),
    ({"images": ["http://10.0.0.1.:80/a.png"]}, "which is not a public address"),
    ({"images": ["http://[::ffff:10.0.0.1]/a.png"]}, "which is not a public address"),
    ({"images": ["http://127\u30020\u30020\u30021/a.png"]}, "which is not a public address"),
    ({"images": [numpy.zeros((4, 4), "float64")]}, r"images\[0\] is an array of shape \(4, 4\)"),
    ({"document": IMAGE}, "document is not a PDF: it begins with"),
    ({"document": [PDF]}, "document must be one PDF, got list"),
    ({"document": "http://10.0.0.1/a.pdf"}, "document is 'http://10.0.0.1/a.pdf', which is not"),
    ({"assets": [IMAGE]}, "assets must be a dict from names to images, got list"),
    ({"assets": {}}, "assets is empty"),
    ({"assets": {" ": IMAGE}}, "assets: ' ' is not a name"),
    ({"assets": {"a": TOO_LARGE}}, r"assets\['a'\] has 5242883 bytes, and at most 5242880"),
    ({"assets": {"a": GIF}}, r"assets\['a'\] is of the type image/gif. Assets are JPEG or PNG"),
    ({"assets": {"a": "http://10.0.0.1/a.png"}}, r"assets\['a'\] is 'http://10.0.0.1/a.png'"),
    ({"text": [7]}, r"text\[0\] must be a str, got int 7"),
    ({"state": None}, "state must be a str, a dict or a list, got NoneType None"),
    ({"state": {"x": float("inf")}}, r"state\['x'\] is inf"),
    ({"steps": 9}, "steps must be 1 to 8, got 9"),
    ({"samples": 33}, "samples must be 1 to 32, got 33"),
    ({"reasoning_effort": 3}, "reasoning_effort must be a str, got int 3"),
    ({"model": " "}, "model is empty"),
    ({"extra_body": 7}, "extra_body must be a dict"),
    ({"timeout": 0}, "timeout must be above 0"),
    ({"state": {"x": [HALF]}}, rf"state\['x'\]\[0\] {LONE}"),
    ({"text": ["a", HALF]}, rf"text\[1\] {LONE}"),
    ({"assets": {HALF: IMAGE}}, rf"assets\['caf.udce9'\] {LONE}"),
    ({"model": HALF}, rf"model {LONE}"),
    ({"extra_body": {"x": HALF}}, rf"extra_body\['x'\] {LONE}"),
]


class TestBadInput:
    @pytest.mark.parametrize(("questions", "message"), BAD_QUESTIONS)
    def test_questions(self, offline: Any, questions: Any, message: str) -> None:
        with pytest.raises(InputError, match=message):
            offline.decide("", questions)

    @pytest.mark.parametrize(("arguments", "message"), BAD_CONTENT, ids=range(len(BAD_CONTENT)))
    def test_content(self, offline: Any, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=message):
            offline.decide(**{"state": "", "questions": URGENT, **arguments})

    def test_files(self, offline: Any, tmp_path: Path) -> None:
        with pytest.raises(MissingFileError, match=r"images\[0\]: no such file"):
            offline.decide("", URGENT, images=[tmp_path / "a.png"])
        with pytest.raises(InputTypeError, match=r"images\[0\] must be .* open in binary mode"):
            offline.decide("", URGENT, images=[io.StringIO("text")])
        with IMAGE.open("rb") as file:
            bodies = [offline.build_request("", URGENT, images=[file, file]) for _ in range(2)]
            assert bodies[0] == bodies[1] == offline.build_request("", URGENT, images=[IMAGE] * 2)
        with pytest.raises(InputError, match=r"images\[0\]: .*\.png cannot be read: "):
            offline.decide("", URGENT, images=[file])


class TestErrors:
    def test_of_the_service(self, systemone: Any) -> None:
        with pytest.raises(ResourceNotFoundError, match="The model 'jev-latest' does not exist"):
            systemone.decide("", URGENT, model="jev-latest")
        with pytest.raises(UnprocessableEntityError, match="reasoning_effort"):
            systemone.decide("", URGENT, reasoning_effort="low")
        with pytest.raises(UnprocessableEntityError, match="new: Extra inputs"):
            systemone.decide("", URGENT, extra_body={"new": True})

    def test_a_lost_response_is_not_sent_again(self, systemone: Any, server: Server) -> None:
        server.inject(Fault("decide", reset="after_handling"))
        with pytest.raises(OutcomeUnknownError, match="The decision may have been processed"):
            systemone.decide("", URGENT)
        assert len(server.requests) == 1

    def test_refusals_are_retried(self, systemone: Any, server: Server) -> None:
        server.inject(Fault("decide", status=429, headers={"Retry-After": "0"}, times=2))
        assert systemone.decide("", URGENT).nouls
        assert len(server.requests) == 3

    def test_an_answer_that_is_no_object(self, systemone: Any, server: Server) -> None:
        server.inject(Fault("decide", body={"model": "m", "answers": {"is_urgent": 0.5}}))
        with pytest.raises(APIError, match=r"answers\['is_urgent'\]: expected an object") as caught:
            systemone.decide("", URGENT)
        assert caught.value.outcome == "accepted"
