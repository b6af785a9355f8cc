"""The classes for predictions and a helper, under the import path of the official SDK."""

from vlmrun._sync.client import get_response_model
from vlmrun._sync.resources._file_predictions import FilePredictions
from vlmrun._sync.resources.audio import AudioPredictions
from vlmrun._sync.resources.document import DocumentPredictions
from vlmrun._sync.resources.image import ImagePredictions
from vlmrun._sync.resources.predictions import Predictions
from vlmrun._sync.resources.video import VideoPredictions

__all__ = [
    "AudioPredictions",
    "DocumentPredictions",
    "FilePredictions",
    "ImagePredictions",
    "Predictions",
    "VideoPredictions",
    "get_response_model",
]
