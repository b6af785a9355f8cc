"""Sample responses of operations for which the mock server has no handler."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from vlmrun.testing.contract.openapi import Contract, ContractOperation
from vlmrun.testing.generation.schema_samples import SampleError, sample
from vlmrun.testing.handlers.request import HandlerRequest


def sample_response(
    contract: Contract, operation: ContractOperation, request: HandlerRequest
) -> Any:
    """Return a value that conforms to the schema of a successful response, and note that.

    Raises:
        HTTPException: 501, the response is not JSON, or its schema is too complex.
    """
    pointer = operation.responses.get(str(operation.success_status), {}).get("application/json")
    if pointer is None:
        raise HTTPException(
            501, f"The mock server has no handler for {operation.id}, whose response is not JSON"
        )
    schema, _ = contract.resolve({"$ref": f"#{pointer}"}, "")
    # The references in the schema are relative to the document.
    components = contract.document.get("components", {})
    try:
        value = sample({**schema, "components": components})
    except SampleError as error:
        raise HTTPException(
            501, f"The mock server has no handler and no sample for {operation.id}: {error}"
        ) from None
    request.notes.append(
        f"The response is a sample: the mock server has no handler for {operation.id}"
    )
    return value
