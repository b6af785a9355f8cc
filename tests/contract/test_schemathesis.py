"""Generated requests, valid and invalid: the responses of the mock server match the contract.

`FUZZ=20 pytest tests/contract/test_schemathesis.py` sends twenty times as many requests.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

import vlmrun.testing
from tests.sample_data import SampleData, all_calls
from vlmrun import VLMRun
from vlmrun._contract import load_document
from vlmrun.testing import Request, Server
from vlmrun.testing.contract.openapi import load_contract
from vlmrun.testing.handlers import HANDLERS

KEY = "key-0123456789"
TIMES = int(os.environ.get("FUZZ", "1"))
# Of each mode and operation: random requests, and requests at the bounds of its schemas.
RANDOM = 3 * TIMES
BOUNDARY = 50 * TIMES
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
CALLS = all_calls()
OPERATIONS = load_contract().operations
WITH_BODY = [id for id, operation in OPERATIONS.items() if operation.body]

pytestmark = pytest.mark.slow

Send = Callable[[Case], None]


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation]:
    """Schemathesis's view of the contract's operations, by id."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {
                "deterministic": True,
                "with-security-parameters": False,
                "allow-extra-parameters": False,
            },
            "phases": {"coverage": {"unexpected-methods": []}},
        }
    )
    schema = schemathesis.openapi.from_dict(copy.deepcopy(load_document()), config=config)
    found = (result.ok() for result in schema.get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found if each}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with vlmrun.testing.serve(polls=1, api_key=KEY) as server:
        yield server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {KEY}"
        yield session


@pytest.fixture
def seed(request: pytest.FixtureRequest, server: Server) -> Request | None:
    """The operation's request as the client sends it, which is known to succeed."""
    id = request.node.callspec.params["id"]
    if id not in CALLS:
        return None
    with VLMRun(KEY, server.url, gateway_url=server.gateway_url) as client:
        CALLS[id](client, SampleData(client, server))
    return next(each for each in reversed(server.requests) if each.operation == id)


@pytest.fixture
def check_response(
    request: pytest.FixtureRequest,
    server: Server,
    session: requests.Session,
    seed: Request | None,
) -> Send:
    """Send a request, and hold its answer against the contract.

    What is generated to be valid is sent with the ids and fields of the seed, since what it would
    refer to is not there, and no schema says which fields go together.
    """
    id = request.node.callspec.params["id"]
    # The paths of System One are not below /v1.
    is_below = not OPERATIONS[id].path.startswith("/typesafe/")
    base_url = server.url if is_below else server.url.removesuffix("/v1")

    def check(case: Case) -> None:
        if seed is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            plant(seed, OPERATIONS[id].path, case)
        response = case.call(base_url=base_url, session=session)
        if response.status_code != 501 or id in HANDLERS:
            # Schemathesis applies the schema of a stream to the stream as a whole; it belongs to
            # each event, which tests/contract_watch.py checks.
            (kind,) = response.headers.get("content-type", [""])
            is_stream = kind.startswith("text/event-stream")
            excluded = [checks.response_schema_conformance] if is_stream else []
            case.validate_response(response, checks=CHECKS, excluded_checks=excluded)

    return check


def plant(seed: Request, template: str, case: Case) -> None:
    """Put a seed's ids, and the fields of its body, in the places of the generated ones."""
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
    found = re.fullmatch(f"(?:/v1)?{pattern}", seed.path)
    assert found is not None
    case.path_parameters |= found.groupdict()
    if isinstance(case.body, dict) and isinstance(seed.json, dict):
        case.body = {**case.body, **seed.json}


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("id", OPERATIONS)
def test_requests_at_the_bounds_of_the_schemas(
    id: str, mode: GenerationMode, operations: dict[str, APIOperation], check_response: Send
) -> None:
    schema = operations[id].schema
    config = schema.config.generation_for(operation=operations[id], phase="coverage")
    cases = list(
        schema.iter_coverage_cases(
            operations[id], generation_modes=[mode], generation_config=config
        )
    )
    for case in cases[:: max(1, len(cases) // BOUNDARY)]:
        check_response(case)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("id", WITH_BODY)
def test_random_requests(
    id: str, mode: GenerationMode, operations: dict[str, APIOperation], check_response: Send
) -> None:
    @settings(
        max_examples=RANDOM,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operations[id].as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        check_response(case)

    run()
