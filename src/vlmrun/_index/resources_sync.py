# Derived from _async/*.py by `make generate`. Do not edit.
"""The resources of a client, each created when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmrun._cached_properties import resource_property as cached_property

if TYPE_CHECKING:
    from vlmrun._sync.context import ClientContext
    from vlmrun._sync.resources.agent import Agent
    from vlmrun._sync.resources.artifacts import Artifacts
    from vlmrun._sync.resources.audio import AudioPredictions
    from vlmrun._sync.resources.datasets import Datasets
    from vlmrun._sync.resources.document import DocumentPredictions
    from vlmrun._sync.resources.domains import Domains
    from vlmrun._sync.resources.executions import Executions
    from vlmrun._sync.resources.feedback import Feedback
    from vlmrun._sync.resources.files import Files
    from vlmrun._sync.resources.fine_tuning import Finetuning
    from vlmrun._sync.resources.gateway import Gateway
    from vlmrun._sync.resources.hub import Hub
    from vlmrun._sync.resources.image import ImagePredictions
    from vlmrun._sync.resources.low_level import LowLevel
    from vlmrun._sync.resources.models import Models
    from vlmrun._sync.resources.predictions import Predictions
    from vlmrun._sync.resources.skills import Skills
    from vlmrun._sync.resources.video import VideoPredictions


class Resources:
    """The attributes of a client that are resources."""

    _context: ClientContext

    @cached_property
    def agent(self) -> Agent:
        """Execute agents, and create and look up named ones."""
        from vlmrun._sync.resources.agent import Agent

        return Agent(self._context)

    @cached_property
    def artifacts(self) -> Artifacts:
        """Get, download and list the artifacts of an execution or a chat."""
        from vlmrun._sync.resources.artifacts import Artifacts

        return Artifacts(self._context)

    @cached_property
    def audio(self) -> AudioPredictions:
        """Structured data from audio; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.audio import AudioPredictions

        return AudioPredictions(self._context)

    @cached_property
    def datasets(self) -> Datasets:
        """Create, get, list and wait for datasets."""
        from vlmrun._sync.resources.datasets import Datasets

        return Datasets(self._context)

    @cached_property
    def document(self) -> DocumentPredictions:
        """Structured data from documents; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.document import DocumentPredictions

        return DocumentPredictions(self._context)

    @cached_property
    def domains(self) -> Domains:
        """List domains and get their schemas; the client has the same methods."""
        from vlmrun._sync.resources.domains import Domains

        return Domains(self._context)

    @cached_property
    def executions(self) -> Executions:
        """Get, list and wait for the executions of agents."""
        from vlmrun._sync.resources.executions import Executions

        return Executions(self._context)

    @cached_property
    def feedback(self) -> Feedback:
        """Submit and read feedback on predictions, executions and chats."""
        from vlmrun._sync.resources.feedback import Feedback

        return Feedback(self._context)

    @cached_property
    def files(self) -> Files:
        """Upload, get, list and delete files."""
        from vlmrun._sync.resources.files import Files

        return Files(self._context)

    @cached_property
    def fine_tuning(self) -> Finetuning:
        """Create, get, list and wait for fine-tuning jobs, and use their models."""
        from vlmrun._sync.resources.fine_tuning import Finetuning

        return Finetuning(self._context)

    @cached_property
    def gateway(self) -> Gateway:
        """Call single models: OCR, vision, speech to text, embeddings."""
        from vlmrun._sync.resources.gateway import Gateway

        return Gateway(self._context)

    @cached_property
    def hub(self) -> Hub:
        """The service's catalog of schemas."""
        from vlmrun._sync.resources.hub import Hub

        return Hub(self._context)

    @cached_property
    def image(self) -> ImagePredictions:
        """Structured data from images; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.image import ImagePredictions

        return ImagePredictions(self._context)

    @cached_property
    def low_level(self) -> LowLevel:
        """Replaces `vlmrun_api.AuthenticatedClient` in calls of the functions in `vlmrun_api.api`."""
        from vlmrun._sync.resources.low_level import LowLevel

        return LowLevel(self._context)

    @cached_property
    def models(self) -> Models:
        """The models and domains that the API key may use."""
        from vlmrun._sync.resources.models import Models

        return Models(self._context)

    @cached_property
    def predictions(self) -> Predictions:
        """Get, list and wait for predictions; the ids of executions are accepted too."""
        from vlmrun._sync.resources.predictions import Predictions

        return Predictions(self._context)

    @cached_property
    def skills(self) -> Skills:
        """List, create, update and download stored skills."""
        from vlmrun._sync.resources.skills import Skills

        return Skills(self._context)

    @cached_property
    def video(self) -> VideoPredictions:
        """Structured data from videos; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.video import VideoPredictions

        return VideoPredictions(self._context)
