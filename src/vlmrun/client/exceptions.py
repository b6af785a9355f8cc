"""The exceptions, under the import path that VLM Run's documentation uses: see `vlmrun.errors`."""

from vlmrun.errors import (
    APIError,
    AuthenticationError,
    ClientError,
    ConfigurationError,
    DependencyError,
    InputError,
    NetworkError,
    RateLimitError,
    RequestTimeoutError,
    ResourceNotFoundError,
    ServerError,
    ValidationError,
    VLMRunError,
)

__all__ = [
    "APIError",
    "AuthenticationError",
    "ClientError",
    "ConfigurationError",
    "DependencyError",
    "InputError",
    "NetworkError",
    "RateLimitError",
    "RequestTimeoutError",
    "ResourceNotFoundError",
    "ServerError",
    "VLMRunError",
    "ValidationError",
]
