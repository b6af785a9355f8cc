"""Downloads and archives, under the import path that VLM Run's documentation uses."""

from vlmrun._files.dataset_archives import create_archive
from vlmrun.common._web import download_artifact, download_image, remote_image

__all__ = ["create_archive", "download_artifact", "download_image", "remote_image"]
