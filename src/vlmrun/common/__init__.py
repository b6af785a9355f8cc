"""Helpers that make no API call, under the import paths of the official SDK.

`pdf`, `video` and `viz` use optional packages, which are imported on first use.
"""
