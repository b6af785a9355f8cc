"""Archives, images and files from the web, under the documentation's import path."""

from vlmrun._files.dataset_archives import create_archive
from vlmrun.common._web import download_artifact, download_image, remote_image

__all__ = ["create_archive", "download_artifact", "download_image", "remote_image"]
