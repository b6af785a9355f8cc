"""The classes of `client.predictions`, `image`, `document`, `audio` and `video`, and a helper,
under the import path of the vendor's package."""

from vlmrun._sync.audio import AudioPredictions
from vlmrun._sync.document import DocumentPredictions
from vlmrun._sync.domains import get_response_model
from vlmrun._sync.file_predictions import FilePredictions
from vlmrun._sync.image import ImagePredictions
from vlmrun._sync.predictions import Predictions
from vlmrun._sync.video import VideoPredictions

__all__ = [
    "AudioPredictions",
    "DocumentPredictions",
    "FilePredictions",
    "ImagePredictions",
    "Predictions",
    "VideoPredictions",
    "get_response_model",
]
