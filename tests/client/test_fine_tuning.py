"""Fine-tuning: what is sent, which files travel how, and the models that come of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic
import pytest
from PIL import Image

from tests.job_ids import without_job_id
from tests.skills.files import write
from vlmrun.errors import (
    APIError,
    InputError,
    InputTypeError,
    JobFailedError,
    MissingFileError,
    OutcomeUnknownError,
    PredictionFailedError,
    ResourceNotFoundError,
    ResponseDecodeError,
    UnsupportedError,
)
from vlmrun.testing import Fault, Server
from vlmrun.types import (
    FinetuningProvisionResponse,
    FinetuningResponse,
    GenerationConfig,
    PredictionResponse,
)

KEY = "wandb-0123456789abcdef"
FILE = "https://files.example/train.jsonl"
SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
CONFIG = {"prompt": "Read it", "json_schema": SCHEMA}
URL = "https://files.example/a.jpg"


def trained(client: Any, **further: Any) -> Any:
    """A model that is ready."""
    return client.fine_tuning.wait(client.fine_tuning.create("vlm-1", FILE, **further).id)


GENERATE = "generate_fine_tuned_prediction"

CALLS = {
    "create_fine_tuning_job": lambda client, data: client.fine_tuning.create(
        "vlm-1", data.pdf, data.file, 2, "auto", 1e-4, "mine", KEY, callback_url="https://a.b/c"
    ),
    "list_fine_tuning_jobs": lambda client, data: [
        *client.fine_tuning.list(limit=5),
        *client.fine_tuning.iterate(page_size=2),
    ],
    "get_fine_tuning_job": lambda client, data: client.fine_tuning.get(trained(client).id),
    "list_fine_tuned_models": lambda client, data: [
        *client.fine_tuning.list_models(limit=5),
        *client.fine_tuning.iterate_models(),
    ],
    "provision_fine_tuned_model": lambda client, data: client.fine_tuning.provision(
        trained(client).model, 60, 2
    ),
    "generate_fine_tuned_prediction": lambda client, data: client.fine_tuning.generate(
        trained(client).model, [data.image], config=CONFIG, metadata={"session_id": "é"}
    ),
}


class Invoice(pydantic.BaseModel):
    total: float


@pytest.fixture
def sent(server: Server) -> Callable[[str], Any]:
    """The body of the only request for an operation."""

    def body(operation: str) -> Any:
        (request,) = (each for each in server.requests if each.operation == operation)
        return without_job_id(request.json)

    return body


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A file of examples."""
    write(tmp_path / "train.jsonl", '{"a": 1}\n')
    return tmp_path / "train.jsonl"


def test_p24_create_sends_what_was_set(client: Any, sent: Callable[[str], Any]) -> None:
    job = client.fine_tuning.create(model="vlm-1", training_file=FILE)
    assert isinstance(job, FinetuningResponse)
    assert job.status == "pending"
    assert job.message
    assert sent("create_fine_tuning_job") == {"model": "vlm-1", "training_file": FILE}


def test_all_settings_of_create(client: Any, sent: Callable[[str], Any]) -> None:
    client.fine_tuning.create(
        "vlm-1", FILE, FILE, 3, 16, 1e-5, "mine_2-b", KEY, "https://wandb.example", "project"
    )
    assert sent("create_fine_tuning_job") == {
        "model": "vlm-1",
        "training_file": FILE,
        "validation_file": FILE,
        "num_epochs": 3,
        "batch_size": 16,
        "learning_rate": 1e-5,
        "suffix": "mine_2-b",
        "wandb_api_key": KEY,
        "wandb_base_url": "https://wandb.example",
        "wandb_project_name": "project",
    }


@pytest.mark.parametrize("form", [Path, str])
def test_a_file_is_uploaded_for_its_purpose(
    client: Any, server: Server, examples: Path, form: type, sent: Callable[[str], Any]
) -> None:
    client.fine_tuning.create("vlm-1", form(examples), form(examples))
    (file,) = client.files.list()
    assert (file.filename, file.purpose) == ("train.jsonl", "fine-tune")
    body = sent("create_fine_tuning_job")
    assert body["training_file"] == body["validation_file"] == file.id


@pytest.mark.parametrize("reference", [FILE, "gs://bucket/train.jsonl"])
def test_url_is_sent_unchanged(client: Any, server: Server, reference: str) -> None:
    client.fine_tuning.create("vlm-1", reference)
    assert [each.json["training_file"] for each in server.requests] == [reference]


def test_id_is_sent_unchanged(client: Any, examples: Path, sent: Callable[[str], Any]) -> None:
    file = client.files.upload(examples, "fine-tune")
    client.fine_tuning.create("vlm-1", file.id)
    assert sent("create_fine_tuning_job")["training_file"] == file.id


def test_unknown_id_is_rejected_by_the_service(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError, match="training_file 'nothing'"):
        client.fine_tuning.create("vlm-1", "nothing")


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"model": ""}, InputError, "model is empty"),
        ({"training_file": None}, InputTypeError, "training_file must be a str"),
        ({"training_file": ""}, InputError, "training_file is empty"),
        ({"training_file": "missing.jsonl"}, MissingFileError, "training_file: no such file"),
        ({"training_file": Path("missing")}, MissingFileError, "training_file: no such file"),
        ({"validation_file": Path("missing")}, MissingFileError, "validation_file: no such file"),
        ({"num_epochs": 0}, InputError, "num_epochs must be 1 or more"),
        ({"num_epochs": 1.5}, InputTypeError, "num_epochs must be an int"),
        ({"batch_size": "automatic"}, InputError, "batch_size .*Did you mean 'auto'"),
        ({"batch_size": 0}, InputError, "batch_size must be 1 or more"),
        ({"learning_rate": 0}, InputError, "learning_rate must be above 0"),
        ({"learning_rate": float("nan")}, InputError, "learning_rate must be above 0"),
        ({"learning_rate": "1e-4"}, InputTypeError, "learning_rate must be a number"),
        ({"suffix": "my model"}, InputError, "suffix may have letters, digits"),
        ({"suffix": "a\n"}, InputError, "suffix may have letters, digits"),
        ({"wandb_base_url": "x"}, InputError, "wandb_base_url must start with http"),
        ({"callback_url": "x"}, InputError, "callback_url must start with http"),
        ({"epochs": 3}, InputTypeError, "no argument 'epochs'.*Did you mean 'num_epochs'"),
    ],
)
def test_p08_invalid_argument_sends_nothing(
    client: Any, server: Server, changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        client.fine_tuning.create(**{"model": "vlm-1", "training_file": FILE, **changed})
    assert server.requests == []


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("create_fine_tuning_job", lambda tuning, _: tuning.create("vlm-1", FILE)),
        ("provision_fine_tuned_model", lambda tuning, model: tuning.provision(model)),
        (GENERATE, lambda tuning, model: tuning.generate(model, [URL], config=CONFIG)),
    ],
)
def test_p02_paid_request_is_not_sent_twice(
    client: Any, server: Server, operation: str, call: Callable[[Any, str], Any]
) -> None:
    model = trained(client).model
    server.clear()
    server.inject(Fault(operation, reset="after_handling", times=None))
    with pytest.raises(OutcomeUnknownError):
        call(client.fine_tuning, model)
    assert len(server.requests) == 1


def test_p23_wandb_api_key_is_in_no_error(client: Any, server: Server) -> None:
    server.inject(Fault("create_fine_tuning_job", status=422, body={"detail": KEY}))
    with pytest.raises(APIError, match="…") as caught:
        client.fine_tuning.create("vlm-1", FILE, wandb_api_key=KEY)
    assert KEY not in str(vars(caught.value)) + str(caught.value)


def test_get_and_wait_for_a_job(client: Any) -> None:
    seen: list[str] = []
    job = client.fine_tuning.create("vlm-1", FILE, suffix="mine")
    assert client.fine_tuning.get(job_id=job.id).status == "running"
    done = client.fine_tuning.wait(job.id, on_update=lambda each: seen.append(each.status))
    assert seen == ["completed"]
    assert done.suffix == "mine"
    assert done.completed_at


def test_a_job_that_failed(client: Any, server: Server) -> None:
    failed = {"id": "j", "status": "failed", "message": "no examples"}
    server.inject(Fault("get_fine_tuning_job", status=200, body=failed))
    with pytest.raises(JobFailedError, match="Fine-tuning job j failed: no examples"):
        client.fine_tuning.wait("j")


def test_models_are_listed_once_their_job_is_completed(client: Any, server: Server) -> None:
    job = client.fine_tuning.create("vlm-1", FILE)
    assert client.fine_tuning.list_models() == []
    client.fine_tuning.wait(job.id)
    other = trained(client, suffix="other")
    assert client.fine_tuning.list_models() == [other.model, job.model]
    assert client.fine_tuning.list_models(skip=1, limit=5) == [job.model]
    assert server.requests[-1].query == {"skip": "1", "limit": "5"}
    assert list(client.fine_tuning.iterate_models(page_size=1)) == [other.model, job.model]
    assert [each.id for each in client.fine_tuning.list()] == [other.id, job.id]
    assert [each.id for each in client.fine_tuning.iterate(page_size=1)] == [other.id, job.id]


@pytest.mark.parametrize("body", [{"data": []}, [7], "text"])
def test_models_that_are_not_a_list_of_names_are_a_decode_error(
    client: Any, server: Server, body: Any
) -> None:
    server.inject(Fault("list_fine_tuned_models", status=200, body=body))
    with pytest.raises(ResponseDecodeError) as caught:
        client.fine_tuning.list_models()
    assert caught.value.raw == body
    assert caught.value.http_status == 200


def test_provision(client: Any, server: Server) -> None:
    model = trained(client).model
    ready = client.fine_tuning.provision(model)
    assert isinstance(ready, FinetuningProvisionResponse)
    assert (ready.model, ready.status) == (model, "completed")
    assert server.requests[-1].json == {"model": model}
    client.fine_tuning.provision(model, duration=60, concurrency=2)
    assert server.requests[-1].json == {"model": model, "duration": 60, "concurrency": 2}
    with pytest.raises(ResourceNotFoundError):
        client.fine_tuning.provision("nothing")
    for bad in ({"duration": 0}, {"concurrency": 0}):
        with pytest.raises(InputError, match=next(iter(bad))):
            client.fine_tuning.provision(model, **bad)


def test_cancel_raises_unsupported_error(client: Any, server: Server) -> None:
    with pytest.raises(NotImplementedError, match="no operation that cancels") as caught:
        client.fine_tuning.cancel("j")
    assert isinstance(caught.value, UnsupportedError)
    assert server.requests == []


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_p24_generate_sends_what_was_set(client: Any, sent: Callable[[str], Any]) -> None:
    images = [URL, "data:image/png;base64,AAAA"]
    prediction = client.fine_tuning.generate("vlm-1", images=images, config=CONFIG)
    assert isinstance(prediction, PredictionResponse)
    assert prediction.status == "completed"
    assert prediction.response == {"total": 0}
    assert sent(GENERATE) == {"model": "vlm-1", "images": images, "config": CONFIG}


def test_response_model_counts_as_schema_and_gives_parsed(
    client: Any, sent: Callable[[str], Any]
) -> None:
    config = GenerationConfig(prompt="Read it", response_model=Invoice)
    prediction = client.fine_tuning.generate("vlm-1", [URL], None, False, config)
    assert sent(GENERATE)["config"]["json_schema"]["title"] == "Invoice"
    assert prediction.parsed == Invoice(total=0)
    assert prediction.response == {"total": 0}
    assert client.predictions.get(prediction.id).parsed == Invoice(total=0)


def test_batch_returns_at_once(client: Any, sent: Callable[[str], Any]) -> None:
    prediction = client.fine_tuning.generate(
        "vlm-1", [URL], batch=True, config=CONFIG, callback_url="https://a.b/c"
    )
    assert prediction.status == "pending"
    body = sent(GENERATE)
    assert (body["batch"], body["callback_url"]) == (True, "https://a.b/c")
    assert client.predictions.wait(prediction.id).response == {"total": 0}


def test_p13_queued_prediction_is_waited_for(client: Any, server: Server) -> None:
    queued = server.add_prediction({"total": 1}, statuses=["enqueued", "completed"])
    body = {"id": queued, "status": "enqueued"}
    server.inject(Fault("generate_fine_tuned_prediction", status=200, body=body))
    seen: list[str] = []
    prediction = client.fine_tuning.generate(
        "vlm-1", [URL], config=CONFIG, on_update=lambda each: seen.append(each.status)
    )
    assert prediction.response == {"total": 1}
    assert seen[-1] == "completed"
    failed = server.add_prediction(statuses=["enqueued", "failed"], message="blank")
    server.inject(Fault("generate_fine_tuned_prediction", status=200, body={**body, "id": failed}))
    with pytest.raises(PredictionFailedError, match="blank"):
        client.fine_tuning.generate("vlm-1", [URL], config=CONFIG)


def opened(data_url: str) -> Image.Image:
    head, _, text = data_url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(text)))


@pytest.mark.parametrize("as_path", [True, False])
def test_images_are_sent_inline(
    client: Any, tmp_path: Path, sent: Callable[[str], Any], as_path: bool
) -> None:
    image = Image.new("RGBA", (3, 2), (255, 0, 0, 255))
    image.save(tmp_path / "a.png")
    images = [tmp_path / "a.png" if as_path else image] * 2
    client.fine_tuning.generate("vlm-1", images=images, config=CONFIG)
    assert [opened(each).size for each in sent(GENERATE)["images"]] == [(3, 2), (3, 2)]


def test_one_video_is_sent_inline(client: Any, tmp_path: Path, sent: Callable[[str], Any]) -> None:
    write(tmp_path / "a.mp4", b"video")
    client.fine_tuning.generate("vlm-1", videos=[tmp_path / "a.mp4"], config=CONFIG)
    (video,) = sent(GENERATE)["videos"]
    assert video == f"data:video/mp4;base64,{base64.b64encode(b'video').decode()}"


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"images": None}, InputError, "exactly one of images, videos; got none"),
        ({"images": []}, InputError, "exactly one of images, videos; got none"),
        ({"videos": [URL]}, InputError, "got images and videos"),
        ({"images": [URL] * 17}, InputError, "images has 17 entries; at most 16"),
        ({"images": None, "videos": [URL] * 2}, InputError, "videos has 2 entries; at most 1"),
        ({"images": URL}, InputTypeError, "images must be a list"),
        (
            {"images": ["a.png"]},
            InputError,
            r"images\[0\] is 'a.png', which is not a valid URL.*Path",
        ),
        ({"images": [Path("a.png")]}, MissingFileError, r"images\[0\]: no such file"),
        ({"images": [URL, Path(__file__)]}, InputError, "of one kind, got URLs and paths"),
        ({"images": [7]}, InputTypeError, r"images\[0\] cannot be sent: int"),
        ({"images": [Path(__file__)]}, InputError, "cannot be read as an image"),
        ({"images": None, "videos": [Path(__file__)]}, InputError, "is not a video"),
        ({"images": None, "videos": [Image.new("L", (1, 1))]}, InputTypeError, r"videos\[0\]"),
        ({"config": None}, InputError, "config.prompt is missing"),
        ({"config": {"json_schema": {}}}, InputError, "config.prompt is missing"),
        ({"config": {"prompt": "Read it"}}, InputError, "config has no schema"),
        ({"config": {**CONFIG, "promt": "x"}}, InputTypeError, "Did you mean 'prompt'"),
        ({"metadata": {"session": "x"}}, InputTypeError, "Did you mean 'session_id'"),
        ({"batch": "yes"}, InputTypeError, "batch must be a bool"),
        ({"model": None}, InputTypeError, "model must be a str"),
        ({"callback_url": "x"}, InputError, "callback_url must start with http"),
        ({"wait_timeout": -1}, InputError, "wait_timeout"),
    ],
)
def test_invalid_generation_sends_nothing(
    client: Any, server: Server, changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    arguments = {"model": "vlm-1", "images": [URL], "config": CONFIG}
    with pytest.raises(error, match=words):
        client.fine_tuning.generate(**{**arguments, **changed})
    assert server.requests == []


def test_video_that_is_too_large_is_an_input_error(
    client: Any, server: Server, tmp_path: Path
) -> None:
    with (tmp_path / "a.mp4").open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    with pytest.raises(InputError, match="inline videos have at most 52428800"):
        client.fine_tuning.generate("vlm-1", videos=[tmp_path / "a.mp4"], config=CONFIG)
    assert server.requests == []
