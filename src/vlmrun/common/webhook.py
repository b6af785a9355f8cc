"""Verification of webhook signatures; see `vlmrun.webhooks`."""

from vlmrun.webhooks import verify as verify_webhook

__all__ = ["verify_webhook"]
