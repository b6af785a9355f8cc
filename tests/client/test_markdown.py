"""Documents as Markdown, wherever a prediction is read."""

from __future__ import annotations

from typing import Any

import pytest

from vlmrun.client.types import MarkdownDocument
from vlmrun.testing import Server

PAGES = {"pages": [{"content": "# One"}, {"content": "# Two", "metadata": {"page_number": 1}}]}


@pytest.fixture
def prediction(server: Server) -> str:
    return server.add_prediction(PAGES, domain="document.markdown")


def test_get_wait_and_list_return_a_document(client: Any, prediction: str) -> None:
    assert client.predictions.get(prediction).response is None
    done = client.predictions.wait(prediction, sleep=0.01)
    (listed,) = client.predictions.list()
    for seen in (done, listed, client.predictions.get(prediction)):
        assert isinstance(seen.response, MarkdownDocument)
        assert str(seen.response) == "# One\n\n---PAGE BREAK---\n\n# Two"
        assert seen.response[1].metadata.page_number == 1
        assert seen.raw["response"] == PAGES


def test_response_that_is_not_a_document_stays_a_dict(client: Any, server: Server) -> None:
    id = server.add_prediction({"text": "# One"}, domain="document.markdown")
    done = client.predictions.wait(id, sleep=0.01)
    assert done.response == {"text": "# One"}
    assert done.response.model_dump() == {"text": "# One"}
