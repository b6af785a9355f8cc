"""Cost classes of operations: free, stores, deletes or paid."""

from __future__ import annotations

from typing import Literal

CostClass = Literal["free", "stores", "deletes", "paid"]

# The method does not say what a POST does: some only read, most are billed. A test requires an
# entry for each POST of the contract.
_CLASSES: dict[str, CostClass] = {
    "get_domain_schema": "free",
    "get_hub_schema": "free",
    "lookup_agent": "free",
    "lookup_skill": "free",
    "upload_file": "stores",
    "verify_upload": "stores",
    "create_presigned_url": "stores",
    "create_agent": "stores",
    "create_skill": "stores",
    "update_skill": "stores",
    "submit_feedback": "stores",
    "create_dataset": "stores",
    "generate_image_prediction": "paid",
    "execute_image_agent": "paid",
    "generate_image_schema": "paid",
    "generate_document_prediction": "paid",
    "execute_document_agent": "paid",
    "generate_document_schema": "paid",
    "generate_audio_prediction": "paid",
    "execute_audio_agent": "paid",
    "generate_audio_schema": "paid",
    "generate_video_prediction": "paid",
    "execute_video_agent": "paid",
    "generate_video_schema": "paid",
    "execute_agent": "paid",
    "create_chat_completion": "paid",
    "create_embeddings": "paid",
    "create_transcription": "paid",
    "decide": "paid",
    "create_fine_tuning_job": "paid",
    "provision_fine_tuned_model": "paid",
    "generate_fine_tuned_prediction": "paid",
}


def cost_class(operation: str, method: str) -> CostClass:
    """Return the class of an operation; an unknown one that may change something counts as paid.

    Args:
        operation: The operationId.
        method: The HTTP method, such as "POST".
    """
    by_method: dict[str, CostClass] = {"GET": "free", "HEAD": "free", "DELETE": "deletes"}
    return _CLASSES.get(operation) or by_method.get(method, "paid")
