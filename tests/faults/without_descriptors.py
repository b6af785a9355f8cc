"""Makes paid calls that may open no file once their request is on its way; see the test.

Run as a script with a base URL, "sync" or "async", a folder and the outcome of the errors that are
expected, in an interpreter that has imported nothing of the package. Each call is made in a child
process, so that none finds the modules of another imported. Prints what went wrong, one call a
line.
"""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
import traceback
from typing import Any

# By operation: the calls, as expressions, because imports belong to the calls.
CALLS = {
    "generate_image_prediction": ["client.image.generate('d', urls=[URL])"],
    "execute_image_agent": ["client.image.execute('a', urls=[URL])"],
    "generate_image_schema": ["client.image.schema(urls=[URL])"],
    "create_agent": ["client.agent.create({'prompt': 'p'})"],
    "execute_agent": [
        "client.agent.execute(prompt='p')",
        "client.agent.execute(prompt='p', batch=False, response_model={'type': 'object'})",
        "client.agent.execute(inputs={'a': PDF}, prompt='p', batch=False)",
    ],
    "create_chat_completion": [
        "client.agent.completions.create(model='m', messages=HELLO)",
        "client.agent.completions.parse(model='m', messages=HELLO)",
        "consume(client.agent.completions.create(model='m', messages=HELLO, stream=True))",
        "client.gateway.completions.create(model='m', messages=HELLO)",
    ],
    "create_embeddings": [
        "client.gateway.embeddings.create(model='m', input='a', encoding_format='float')",
        "client.gateway.embeddings.create(model='m', input='a')",
    ],
    "create_transcription": [
        "client.gateway.transcriptions.create(model='m', file=('a.mp3', b'sound'))"
    ],
    "decide": ["client.gateway.systemone.decide('s', {'q': {'type': 'noul'}})"],
    "create_skill": ["client.skills.create(prompt='p', name='n')"],
    "update_skill": ["client.skills.update('s', description='d')"],
    "submit_feedback": ["client.feedback.submit('r', notes='n')"],
    "create_fine_tuning_job": ["client.fine_tuning.create('vlm-1', 'file-1')"],
    "provision_fine_tuned_model": ["client.fine_tuning.provision('m')"],
    "generate_fine_tuned_prediction": [
        "client.fine_tuning.generate('m', [URL], config={'prompt': 'p', 'json_schema': {}})"
    ],
    "create_dataset": [
        "client.datasets.create('d', dataset_directory=FOLDER, dataset_name='n', "
        "dataset_type='documents')"
    ],
}
for _medium in ("document", "audio", "video"):
    CALLS |= {
        f"generate_{_medium}_prediction": [
            f"client.{_medium}.generate(url=URL, domain='d')",
            f"client.{_medium}.generate(url=URL, domain='d', autocast=True, "
            "config={'json_schema': {'type': 'object', 'properties': {}}})",
        ],
        f"execute_{_medium}_agent": [f"client.{_medium}.execute('a', url=URL)"],
        f"generate_{_medium}_schema": [f"client.{_medium}.schema(url=URL)"],
    }

# A descriptor that is opened has at least this number, and `poll` needs a limit above 0.
_STANDARD_STREAMS = 3

_UPLOAD = (b"/v1/files", b"/v1/schema")


def forbid_descriptors_after_the_request() -> None:
    """From the first byte of a paid POST on, make it impossible to open a file or a socket."""
    for name in ("send", "sendall"):
        setattr(socket.socket, name, _watched(getattr(socket.socket, name)))


def _watched(original: Any) -> Any:
    def send(self: Any, data: Any, *args: Any) -> Any:
        sent = original(self, data, *args)
        line = bytes(data[:100]).split(b"\r\n")[0]
        if line.startswith(b"POST ") and not line.split()[1].startswith(_UPLOAD):
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (_STANDARD_STREAMS, hard))
        return sent

    return send


async def _run_async(call: str, names: dict[str, Any], settings: dict[str, Any]) -> None:
    from vlmrun import AsyncVLMRun

    async def consume(stream: Any) -> list[Any]:
        return [each async for each in await stream]

    client = AsyncVLMRun("key", **settings)
    await eval(call, {"client": client, "consume": consume, **names})
    forbidden = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert forbidden == _STANDARD_STREAMS, "no paid request was sent"


def _run_sync(call: str, names: dict[str, Any], settings: dict[str, Any]) -> None:
    from vlmrun import VLMRun

    client = VLMRun("key", **settings)
    eval(call, {"client": client, "consume": list, **names})
    forbidden = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert forbidden == _STANDARD_STREAMS, "no paid request was sent"


def main(url: str, kind: str, folder: str, outcome: str) -> None:
    from pathlib import Path

    # Each call imports it before it sends anything, which takes half of the time of a child.
    import httpx  # noqa: F401

    names = {
        "URL": "https://example.com/a.png",
        "HELLO": [{"role": "user", "content": "Hello"}],
        "FOLDER": folder,
        "PDF": Path(folder) / "a.pdf",
    }
    settings: dict[str, Any] = {"base_url": url, "gateway_url": url, "max_retries": 0}
    for call in [call for calls in CALLS.values() for call in calls]:
        sys.stdout.flush()
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            continue
        try:
            forbid_descriptors_after_the_request()
            if kind == "async":
                asyncio.run(_run_async(call, names, settings))
            else:
                _run_sync(call, names, settings)
            if outcome:
                print(f"{call}: no error", flush=True)
        except BaseException as error:
            if getattr(error, "outcome", None) == outcome:
                os._exit(0)
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"{call}: {error!r} at {where.filename}:{where.lineno}", flush=True)
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
