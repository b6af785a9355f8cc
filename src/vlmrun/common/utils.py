"""Archives, images and files from the web, under the documentation's import path."""

from vlmrun._core.archives import create_archive
from vlmrun._remote import download_artifact, download_image, remote_image

__all__ = ["create_archive", "download_artifact", "download_image", "remote_image"]
