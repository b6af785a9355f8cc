"""Images and files from the web, under the import path that the service's documentation uses."""

from vlmrun._remote import download_artifact, download_image, remote_image

__all__ = ["download_artifact", "download_image", "remote_image"]
