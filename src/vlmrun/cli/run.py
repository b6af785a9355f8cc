"""`Run`: what a command needs: the client, the output, and the global options."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from vlmrun.cli.interrupts import was_interrupted
from vlmrun.cli.output import Output
from vlmrun.cli.problems import MissingKeyProblem, Problem
from vlmrun.cli.settings import Settings

if TYPE_CHECKING:
    from vlmrun import VLMRun
    from vlmrun.types.attempts import RetryEvent


class Run:
    """One run of a command.

    Args:
        settings: The global options.
        output: Where its result and its messages go.
    """

    def __init__(self, settings: Settings, output: Output) -> None:
        self.settings = settings
        self.output = output
        self._clients: list[VLMRun] = []
        self._variables_to_restore: dict[str, str | None] = {}

    @functools.cached_property
    def client(self) -> VLMRun:
        """A client with the API key; it is closed at the end of the run.

        Raises:
            MissingKeyProblem: There is no API key.
        """
        return self._connect(require_api_key=True)

    @functools.cached_property
    def anonymous_client(self) -> VLMRun:
        """A client that may have no API key, for the gateway."""
        return self._connect(require_api_key=False)

    def close(self) -> None:
        """Close the clients, and restore the environment."""
        for client in self._clients:
            client.close()
        for name, value in self._variables_to_restore.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value

    def _connect(self, require_api_key: bool) -> VLMRun:
        api_key, source = self.settings.value_of("api_key")
        base_url, _ = self.settings.value_of("base_url")
        if require_api_key and api_key is None:
            raise MissingKeyProblem
        if source == "config file":
            self._warn_of_readers()
        self._set_cache_dir()
        from vlmrun import VLMRun

        client = VLMRun(
            api_key=api_key,
            base_url=base_url,
            require_api_key=require_api_key,
            on_retry=self._announce_retry,
        )
        self._clients.append(client)
        return client

    def _set_cache_dir(self) -> None:
        """Set the folder of the config file, which the SDK takes from the environment only."""
        name = "VLMRUN_CACHE_DIR"
        try:
            folder, source = self.settings.value_of("cache_dir")
        except Problem:
            # The key and the URL have come from somewhere else, so the file is not needed.
            return
        if folder is not None and source == "config file":
            self._variables_to_restore.setdefault(name, os.environ.get(name))
            os.environ[name] = folder

    def _warn_of_readers(self) -> None:
        from vlmrun.cli.config_file import readers_problem

        if problem := readers_problem():
            self.output.note(f"Warning: {problem}")

    def _announce_retry(self, event: RetryEvent) -> Any:
        if was_interrupted():
            return False  # stop
        status = event.error.http_status
        reason = event.error.message if status is None else f"status {status}"
        number = len(event.attempts) + 1
        path = event.path.partition("?")[0]
        self.output.note(
            f"{event.method} {path}: {reason}; attempt {number} in {event.pause:.1f} s"
        )
        return None  # as planned
