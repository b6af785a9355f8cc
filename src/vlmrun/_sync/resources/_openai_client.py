# Derived from _async/resources/_openai_client.py by `make generate`. Do not edit.
"""The client of the openai package, and those of its resources that the gateway has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import openai
from openai import OpenAI, Stream
from openai.resources.audio import Transcriptions
from openai.resources.embeddings import Embeddings

from vlmrun._chat.arguments import check_extra_headers, check_upload
from vlmrun._chat.errors import (
    as_input_error,
    error_from_event,
    unfit_completion,
    unusable_response,
)
from vlmrun._chat.openai_settings import chat_timeout, key_for_openai
from vlmrun._core.settings import Settings
from vlmrun._requests.inputs import as_json
from vlmrun._runtime.sync_runtime import check_event_loop
from vlmrun._sync.http.openai_transport import openai_http_client
from vlmrun.errors import ConfigurationError, VLMRunError

if TYPE_CHECKING:
    from vlmrun._sync.http.transport import Transport

T = TypeVar("T")

# Arguments whose defaults the openai package reads from the environment. They are for OpenAI.
_OPENAI_ONLY_SETTINGS = ("organization", "project", "webhook_secret", "admin_api_key")


@contextmanager
def local_errors() -> Iterator[None]:
    """Make what the openai package raises for arguments an error of ours.

    Whatever fails after a request was sent is one already.
    """
    try:
        yield
    except (VLMRunError, openai.OpenAIError):
        raise
    except (TypeError, ValueError, RecursionError, OSError) as error:
        raise as_input_error(error) from None
    except RuntimeError as error:
        # For a file that is a str, but an event loop that was closed is another matter.
        if "Expected entry at" not in str(error):
            raise
        raise as_input_error(error) from None


class OpenAIClient(OpenAI):
    """A client of the openai package that uses our transport, and no environment variables."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name in _OPENAI_ONLY_SETTINGS:
            setattr(self, name, settings.get(name))
        # With those of OPENAI_CUSTOM_HEADERS, which may hold another key.
        self._custom_headers = dict(settings.get("default_headers") or {})

    def request(self, cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request once: our transport knows which may be retried."""
        check_event_loop()
        options.max_retries = 0
        if callable(options.post_parser):
            options.post_parser = self._guarded(options.post_parser, options.url)
        try:
            with local_errors():
                result = super().request(cast_to, options, *args, **kwargs)
        except openai.APIError as error:
            # Before openai 3, errors that are not httpx's are wrapped in another one, and
            # so is whatever is raised before the transport is called.
            failed: Any = error
            if isinstance(error.__cause__, VLMRunError):
                failed = error.__cause__
            elif type(error) is openai.APIConnectionError:
                failed = as_input_error(error.__cause__ or error)
        else:
            return self._with_mapped_errors(result, options.url)
        # Neither its traceback nor an error before it may remain: their frames hold the API key.
        failed.__context__ = None
        raise failed.with_traceback(None)

    def _with_mapped_errors(self, result: Any, path: str) -> Any:
        if isinstance(result, Stream):
            result._iterator = _with_mapped_errors(result._iterator, self.request_for(path))
        return result

    def _process_response(self, **arguments: Any) -> Any:
        try:
            return super()._process_response(**arguments)
        except (VLMRunError, openai.OpenAIError):
            raise
        except Exception as error:
            failed = unusable_response(error, self.request_for(arguments["options"].url))
        raise failed  # out here, so that it does not refer to an error with data of the response

    def request_for(self, path: str) -> httpx.Request:
        """Return the request that errors refer to, without headers and content."""
        return httpx.Request("POST", f"{str(self.base_url).rstrip('/')}/{path.lstrip('/')}")

    def _guarded(self, parse: Any, path: str) -> Any:
        """Return a parser of responses whose errors have the completion, which was billed."""

        def parse_or_explain(completion: Any) -> Any:
            try:
                return parse(completion)
            except Exception as error:  # a user's own validators may raise anything
                failed = unfit_completion(error, completion, self.request_for(path))
            raise failed

        return parse_or_explain


def _with_mapped_errors(events: Iterator[T], request: httpx.Request) -> Iterator[T]:
    try:
        for event in events:
            yield event
        return
    except VLMRunError:
        raise
    except openai.APIError as error:
        failed = error_from_event(error)
    except Exception as error:
        failed = unusable_response(error, request)
    # Raised out here, it does not refer to the error before, whose request has the API key.
    raise failed


def openai_client(transport: Transport, settings: Settings) -> OpenAIClient:
    """Create the client of the openai package for `{base_url}/openai`."""
    try:
        return OpenAIClient(
            api_key=key_for_openai(settings),
            base_url=f"{settings.base_url}/openai",
            timeout=chat_timeout(settings),
            max_retries=settings.max_retries,
            default_headers=settings.headers,
            http_client=openai_http_client(transport, settings),
        )
    except Exception as error:
        # That of httpx or of its fork httpx2, which have no common base class.
        if type(error).__name__ != "InvalidURL":
            raise
        raise ConfigurationError(f"base_url is not a valid URL: {error}") from None


class GatewayEmbeddings(Embeddings):
    """The embeddings of the openai package, whose errors are also of this package."""

    if not TYPE_CHECKING:

        def create(self, **params):
            """Create embeddings."""
            with local_errors():
                check_extra_headers(params.get("extra_headers"))
                if "input" in params:
                    params["input"] = as_json("input", params["input"])
                return super().create(**params)


class GatewayTranscriptions(Transcriptions):
    """The transcriptions of the openai package, whose errors are also of this package."""

    if not TYPE_CHECKING:

        def create(self, **params):
            """Create a transcription."""
            with local_errors():
                check_extra_headers(params.get("extra_headers"))
                check_upload(params.get("file"))
                return super().create(**params)


class ParsingStreamManager:
    """Context manager over the events of a completion; errors have the completion.

    Args:
        manager: The one of the openai package.
        request: The request for the completion.
    """

    def __init__(self, manager: Any, request: httpx.Request) -> None:
        self._manager = manager
        self._request = request

    def __enter__(self) -> Any:
        stream = self._manager.__enter__()
        stream._iterator = self._guarded(stream._iterator, stream)
        state = getattr(stream, "_state", None)
        if state is not None:
            parse = state.get_final_completion

            def final_completion() -> Any:
                try:
                    return parse()
                except Exception as error:
                    failed = self._error(error, stream)
                raise failed

            state.get_final_completion = final_completion
        return stream

    def __exit__(self, *exc_info: Any) -> None:
        self._manager.__exit__(*exc_info)

    def _guarded(self, events: Iterator[Any], stream: Any) -> Iterator[Any]:
        try:
            for event in events:
                yield event
            return
        except VLMRunError:
            raise
        except Exception as error:  # a user's own validators may raise anything
            failed = self._error(error, stream)
        raise failed

    def _error(self, error: Exception, stream: Any) -> Exception:
        try:
            completion = stream.current_completion_snapshot
        except Exception:  # nothing has arrived
            completion = None
        return unfit_completion(error, completion, self._request)
