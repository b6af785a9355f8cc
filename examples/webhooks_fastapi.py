"""Receive the webhooks of finished jobs with FastAPI.

    pip install vlmrun fastapi uvicorn
    VLMRUN_WEBHOOK_SECRET=... uvicorn --app-dir examples webhooks_fastapi:app

Then pass `callback_url="https://<your host>/vlmrun"` to `client.agent.execute`.
"""

from __future__ import annotations

import os

from fastapi import FastAPI, HTTPException, Request

from vlmrun import webhooks
from vlmrun.errors import ResponseDecodeError, WebhookSignatureError

SECRET = os.environ["VLMRUN_WEBHOOK_SECRET"]

app = FastAPI()
# By id, because a job is delivered again if its acknowledgement was lost.
finished: dict[str, webhooks.FinishedJob] = {}


@app.post("/vlmrun", status_code=204)
async def receive(request: Request) -> None:
    """Store a finished job; a 2xx status acknowledges it."""
    body = await request.body()
    signature = request.headers.get(webhooks.SIGNATURE_HEADER)
    try:
        job = webhooks.parse(body, signature, SECRET)
    except WebhookSignatureError as error:
        raise HTTPException(401, error.message) from error
    except ResponseDecodeError as error:
        raise HTTPException(400, error.message) from error
    finished[job.id] = job
