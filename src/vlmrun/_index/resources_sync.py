# Derived from _async/*.py by `make generate`. Do not edit.
"""The resources of a client, each created when it is first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

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
        """Run agents, and create and look up named ones."""
        from vlmrun._sync.resources.agent import Agent

        return Agent(self._context)

    @cached_property
    def artifacts(self) -> Artifacts:
        """Get, download and list the artifacts of a run or of a chat."""
        from vlmrun._sync.resources.artifacts import Artifacts

        return Artifacts(self._context)

    @cached_property
    def audio(self) -> AudioPredictions:
        """Structured data from sound; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.audio import AudioPredictions

        return AudioPredictions(self._context)

    @cached_property
    def datasets(self) -> Datasets:
        """Create datasets from directories, and look at them."""
        from vlmrun._sync.resources.datasets import Datasets

        return Datasets(self._context)

    @cached_property
    def document(self) -> DocumentPredictions:
        """Structured data from documents; list, get and wait are those of `predictions`."""
        from vlmrun._sync.resources.document import DocumentPredictions

        return DocumentPredictions(self._context)

    @cached_property
    def domains(self) -> Domains:
        """Domains, and the schemas of their answers; the client has the same calls as methods."""
        from vlmrun._sync.resources.domains import Domains

        return Domains(self._context)

    @cached_property
    def executions(self) -> Executions:
        """Get, list and wait for the executions of agents."""
        from vlmrun._sync.resources.executions import Executions

        return Executions(self._context)

    @cached_property
    def feedback(self) -> Feedback:
        """Say what was wrong with an answer, and read what was said."""
        from vlmrun._sync.resources.feedback import Feedback

        return Feedback(self._context)

    @cached_property
    def files(self) -> Files:
        """Upload files, and look at those that were uploaded."""
        from vlmrun._sync.resources.files import Files

        return Files(self._context)

    @cached_property
    def fine_tuning(self) -> Finetuning:
        """Start and watch fine-tuning jobs, and use the models that come of them."""
        from vlmrun._sync.resources.fine_tuning import Finetuning

        return Finetuning(self._context)

    @cached_property
    def gateway(self) -> Gateway:
        """Call single models: OCR, vision, speech to text, embeddings."""
        from vlmrun._sync.resources.gateway import Gateway

        return Gateway(self._context)

    @cached_property
    def hub(self) -> Hub:
        """The catalogue of schemas that the service keeps."""
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
