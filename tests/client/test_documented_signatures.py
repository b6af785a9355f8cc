"""Every documented call takes its arguments by their documented names, and in their order."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from vlmrun import AsyncVLMRun, VLMRun

_JOBS = {"list": "skip limit", "get": "id", "wait": "id timeout sleep"}
_FILE = {
    **_JOBS,
    "generate": "file url model domain batch config metadata callback_url autocast",
    "execute": "name version file url batch config metadata callback_url autocast",
    "schema": "file url",
}
_WANDB = "wandb_base_url wandb_project_name wandb_api_key"

DOCUMENTED: dict[str, dict[str, str]] = {
    "": {"get_schema": "domain config", "get_type": "domain config", "list_domains": ""},
    "agent": {
        "execute": "name inputs batch config metadata callback_url model toolsets",
        "create": "config name inputs callback_url",
        "get": "name id prompt",
        "get_by_id": "agent_id",
        "list": "skip limit",
    },
    "artifacts": {
        "get": "object_id session_id execution_id filename raw_response",
        "list": "session_id execution_id",
    },
    "audio": _FILE,
    "datasets": {
        "create": f"domain dataset_directory dataset_name dataset_type {_WANDB}",
        "get": "dataset_id",
        "list": "skip limit",
    },
    "document": _FILE,
    "executions": _JOBS,
    "feedback": {"submit": "request_id response notes", "get": "request_id offset limit"},
    "files": {
        "upload": "file purpose method timeout expiration force",
        "list": "skip limit",
        "get": "file_id",
        "delete": "file_id",
        "get_cached_file": "file",
        "get_content": "file_id",
        "generate_presigned_url": "params",
    },
    "fine_tuning": {
        "create": (
            "model training_file validation_file num_epochs batch_size learning_rate suffix "
            "wandb_api_key wandb_base_url wandb_project_name"
        ),
        "provision": "model duration concurrency",
        "generate": "model images videos batch config metadata callback_url",
        "list": "skip limit",
        "list_models": "skip limit",
        "get": "job_id",
        "cancel": "job_id",
    },
    "gateway": {"models": "", "health": ""},
    "hub": {
        "info": "",
        "list_domains": "",
        "get_schema": "domain gql_stmt",
        "get_pydantic_model": "domain",
    },
    "image": {
        **_JOBS,
        "generate": "domain images urls model batch metadata config callback_url autocast",
        "execute": "name version images urls batch metadata config callback_url autocast",
        "schema": "images urls",
    },
    "models": {"list": ""},
    "predictions": _JOBS,
    "skills": {
        "list": "limit offset order_by descending grouped",
        "get": "name id skill_version version",
        "create": "prompt json_schema session_id file_id name description",
        "update": "skill_id file_id description",
        "download": "skill_id",
        "create_from_directory": "directory name description",
    },
    "video": _FILE,
}


@pytest.mark.parametrize("resource", DOCUMENTED)
@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
def test_arguments_of_the_calls(cls: Any, resource: str) -> None:
    client = cls(api_key="test", base_url="http://127.0.0.1:9")
    target = getattr(client, resource) if resource else client
    documented = {method: names.split() for method, names in DOCUMENTED[resource].items()}

    assert documented == {
        method: positional(getattr(target, method))[: len(names)]
        for method, names in documented.items()
    }


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
def test_arguments_of_the_client(cls: Any) -> None:
    assert positional(cls) == ["api_key", "base_url", "timeout", "max_retries", "require_api_key"]


def positional(call: Any) -> list[str]:
    """The names of the arguments that can be given by position."""
    parameters = inspect.signature(call).parameters.values()
    return [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
