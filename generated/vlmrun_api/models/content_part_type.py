# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ContentPartType(str, Enum):
    AUDIO_URL = "audio_url"
    FILE_URL = "file_url"
    IMAGE_URL = "image_url"
    INPUT_FILE = "input_file"
    TEXT = "text"
    VIDEO_URL = "video_url"

    def __str__(self) -> str:
        return str(self.value)
