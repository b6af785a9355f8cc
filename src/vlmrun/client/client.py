"""`VLMRun` and the names beside it, under the import path of the official SDK."""

from vlmrun._sync.client import VLMRun
from vlmrun.constants import DEFAULT_BASE_URL
from vlmrun.errors import AuthenticationError, ConfigurationError

__all__ = ["DEFAULT_BASE_URL", "AuthenticationError", "ConfigurationError", "VLMRun"]

# Imported on first access, so that importing the client stays fast.
_HOMES = {
    "Agent": "client.agent",
    "Artifacts": "client.artifacts",
    "AudioPredictions": "client.predictions",
    "Datasets": "client.datasets",
    "DocumentPredictions": "client.predictions",
    "DomainInfo": "types",
    "Executions": "client.executions",
    "Feedback": "client.feedback",
    "Files": "client.files",
    "Finetuning": "client.fine_tuning",
    "Gateway": "client.gateway",
    "GenerationConfig": "types",
    "Hub": "client.hub",
    "ImagePredictions": "client.predictions",
    "Models": "client.models",
    "Predictions": "client.predictions",
    "SchemaResponse": "types",
    "Skills": "client.skills",
    "VideoPredictions": "client.predictions",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"vlmrun.{_HOMES[name]}"), name)
    return found
