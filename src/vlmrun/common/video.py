"""Reading and writing of videos as RGB arrays. Needs the extra `video`."""

from __future__ import annotations

from vlmrun._pictures.video_reader import BaseVideoReader, SampledFrame, VideoReader
from vlmrun.common._video_writer import VideoWriter
from vlmrun.common.dependencies import require_cv2, require_numpy

__all__ = [
    "BaseVideoReader",
    "SampledFrame",
    "VideoReader",
    "VideoWriter",
    "require_cv2",
    "require_numpy",
]
