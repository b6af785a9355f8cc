"""Encoding of images, video frames and videos as data URLs."""

from vlmrun._images import encode_frame, encode_image, encode_video
from vlmrun.constants import SUPPORTED_VIDEO_FILETYPES

__all__ = ["SUPPORTED_VIDEO_FILETYPES", "encode_frame", "encode_image", "encode_video"]
