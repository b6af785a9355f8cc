"""Receive the webhooks of finished jobs with Flask.

    pip install vlmrun flask
    VLMRUN_WEBHOOK_SECRET=... flask --app examples/webhooks_flask.py run

Then pass `callback_url="https://<your host>/vlmrun"` to `client.agent.execute`.
"""

from __future__ import annotations

import os

from flask import Flask, request

from vlmrun import webhooks
from vlmrun.errors import ResponseDecodeError, WebhookSignatureError

SECRET = os.environ["VLMRUN_WEBHOOK_SECRET"]

app = Flask(__name__)
# By id, because a job is delivered again if its acknowledgement was lost.
finished: dict[str, webhooks.FinishedJob] = {}


@app.post("/vlmrun")
def receive() -> tuple[str, int]:
    """Store a finished job; a 2xx status acknowledges it."""
    signature = request.headers.get(webhooks.SIGNATURE_HEADER)
    try:
        job = webhooks.parse(request.get_data(), signature, SECRET)
    except WebhookSignatureError as error:
        return error.message, 401
    except ResponseDecodeError as error:
        return error.message, 400
    finished[job.id] = job
    return "", 204
