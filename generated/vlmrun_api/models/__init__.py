# Derived from openapi.yaml by `make generate`. Do not edit.
"""All data models of the API; each is imported when it is first used."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agent_creation_config import AgentCreationConfig
    from .agent_creation_request import AgentCreationRequest
    from .agent_creation_response import AgentCreationResponse
    from .agent_execution_config import AgentExecutionConfig
    from .agent_execution_request import AgentExecutionRequest
    from .agent_execution_response import AgentExecutionResponse
    from .agent_info import AgentInfo
    from .agent_inputs import AgentInputs
    from .agent_lookup_request import AgentLookupRequest
    from .agent_run_mode import AgentRunMode
    from .agent_skill import AgentSkill
    from .agent_toolset import AgentToolset
    from .artifact_list_item import ArtifactListItem
    from .artifact_list_response import ArtifactListResponse
    from .artifact_source import ArtifactSource
    from .audio_generate_request import AudioGenerateRequest
    from .box_answer import BoxAnswer
    from .box_coords import BoxCoords
    from .box_edges import BoxEdges
    from .box_question import BoxQuestion
    from .chat_choice import ChatChoice
    from .chat_completion import ChatCompletion
    from .chat_completion_request import ChatCompletionRequest
    from .chat_content_part import ChatContentPart
    from .chat_content_part_type import ChatContentPartType
    from .chat_message import ChatMessage
    from .chat_model import ChatModel
    from .chat_model_list import ChatModelList
    from .chat_usage import ChatUsage
    from .choice_answer import ChoiceAnswer
    from .choice_criteria import ChoiceCriteria
    from .choice_question import ChoiceQuestion
    from .completion_record import CompletionRecord
    from .content_part_type import ContentPartType
    from .credit_usage_response import CreditUsageResponse
    from .dataset_creation_request import DatasetCreationRequest
    from .dataset_response import DatasetResponse
    from .dataset_type import DatasetType
    from .document_generate_request import DocumentGenerateRequest
    from .domain_info import DomainInfo
    from .domain_schema_request import DomainSchemaRequest
    from .element_type import ElementType
    from .embedding import Embedding
    from .embedding_encoding import EmbeddingEncoding
    from .embedding_list import EmbeddingList
    from .embedding_request import EmbeddingRequest
    from .environment import Environment
    from .error_detail import ErrorDetail
    from .error_response import ErrorResponse
    from .feedback_entity_type import FeedbackEntityType
    from .feedback_item import FeedbackItem
    from .feedback_list_response import FeedbackListResponse
    from .feedback_submit_request import FeedbackSubmitRequest
    from .feedback_submit_response import FeedbackSubmitResponse
    from .file_execute_request import FileExecuteRequest
    from .file_generate_request import FileGenerateRequest
    from .file_purpose import FilePurpose
    from .file_response import FileResponse
    from .file_schema_request import FileSchemaRequest
    from .file_upload_request import FileUploadRequest
    from .file_url import FileUrl
    from .finetuning_generate_request import FinetuningGenerateRequest
    from .finetuning_provision_request import FinetuningProvisionRequest
    from .finetuning_provision_response import FinetuningProvisionResponse
    from .finetuning_request import FinetuningRequest
    from .finetuning_response import FinetuningResponse
    from .frame_dropped import FrameDropped
    from .generation_config import GenerationConfig
    from .generation_detail import GenerationDetail
    from .health_status import HealthStatus
    from .http_validation_error import HTTPValidationError
    from .hub_domain_info import HubDomainInfo
    from .hub_info_response import HubInfoResponse
    from .hub_schema_request import HubSchemaRequest
    from .hub_schema_response import HubSchemaResponse
    from .image_detail import ImageDetail
    from .image_execute_request import ImageExecuteRequest
    from .image_generate_request import ImageGenerateRequest
    from .image_part import ImagePart
    from .image_resolution import ImageResolution
    from .image_schema_request import ImageSchemaRequest
    from .image_url import ImageUrl
    from .inline_file import InlineFile
    from .inline_image import InlineImage
    from .inline_skill_source import InlineSkillSource
    from .job_request import JobRequest
    from .job_status import JobStatus
    from .json_object import JSONObject
    from .json_object_format import JSONObjectFormat
    from .json_schema_format import JSONSchemaFormat
    from .json_schema_strict_format import JSONSchemaStrictFormat
    from .markdown_document import MarkdownDocument
    from .markdown_figure import MarkdownFigure
    from .markdown_page import MarkdownPage
    from .markdown_page_metadata import MarkdownPageMetadata
    from .markdown_table import MarkdownTable
    from .markdown_table_cell import MarkdownTableCell
    from .markdown_table_header import MarkdownTableHeader
    from .markdown_table_metadata import MarkdownTableMetadata
    from .media_url import MediaUrl
    from .message_content import MessageContent
    from .model_capabilities import ModelCapabilities
    from .model_info import ModelInfo
    from .noul_answer import NoulAnswer
    from .noul_criteria import NoulCriteria
    from .noul_question import NoulQuestion
    from .pdf_part import PDFPart
    from .prediction_response import PredictionResponse
    from .presigned_url_request import PresignedUrlRequest
    from .presigned_url_response import PresignedUrlResponse
    from .probabilities import Probabilities
    from .realtime_session_create import RealtimeSessionCreate
    from .reasoning_effort import ReasoningEffort
    from .request_metadata import RequestMetadata
    from .schema_response import SchemaResponse
    from .score_answer import ScoreAnswer
    from .score_legend import ScoreLegend
    from .score_question import ScoreQuestion
    from .service_tier import ServiceTier
    from .session_close import SessionClose
    from .session_created import SessionCreated
    from .session_decide import SessionDecide
    from .session_decision import SessionDecision
    from .session_error import SessionError
    from .session_result import SessionResult
    from .session_state import SessionState
    from .session_stats import SessionStats
    from .skill_creation_request import SkillCreationRequest
    from .skill_download_response import SkillDownloadResponse
    from .skill_info import SkillInfo
    from .skill_lookup_request import SkillLookupRequest
    from .skill_media_type import SkillMediaType
    from .skill_order import SkillOrder
    from .skill_source_type import SkillSourceType
    from .skill_type import SkillType
    from .skill_update_request import SkillUpdateRequest
    from .stored_file_purpose import StoredFilePurpose
    from .system_one_answers import SystemOneAnswers
    from .system_one_asset import SystemOneAsset
    from .system_one_assets import SystemOneAssets
    from .system_one_model import SystemOneModel
    from .system_one_model_list import SystemOneModelList
    from .system_one_questions import SystemOneQuestions
    from .system_one_request import SystemOneRequest
    from .system_one_response import SystemOneResponse
    from .system_one_session_create import SystemOneSessionCreate
    from .system_one_usage import SystemOneUsage
    from .table_column_type import TableColumnType
    from .text_format import TextFormat
    from .text_part import TextPart
    from .tool_call import ToolCall
    from .tool_call_function import ToolCallFunction
    from .transcription import Transcription
    from .transcription_format import TranscriptionFormat
    from .transcription_request import TranscriptionRequest
    from .validation_problem import ValidationProblem
    from .video_generate_request import VideoGenerateRequest
    from .video_resolution import VideoResolution
else:
    from importlib import import_module

    _MODULES = {
        "AgentCreationConfig": ".agent_creation_config",
        "AgentCreationRequest": ".agent_creation_request",
        "AgentCreationResponse": ".agent_creation_response",
        "AgentExecutionConfig": ".agent_execution_config",
        "AgentExecutionRequest": ".agent_execution_request",
        "AgentExecutionResponse": ".agent_execution_response",
        "AgentInfo": ".agent_info",
        "AgentInputs": ".agent_inputs",
        "AgentLookupRequest": ".agent_lookup_request",
        "AgentRunMode": ".agent_run_mode",
        "AgentSkill": ".agent_skill",
        "AgentToolset": ".agent_toolset",
        "ArtifactListItem": ".artifact_list_item",
        "ArtifactListResponse": ".artifact_list_response",
        "ArtifactSource": ".artifact_source",
        "AudioGenerateRequest": ".audio_generate_request",
        "BoxAnswer": ".box_answer",
        "BoxCoords": ".box_coords",
        "BoxEdges": ".box_edges",
        "BoxQuestion": ".box_question",
        "ChatChoice": ".chat_choice",
        "ChatCompletion": ".chat_completion",
        "ChatCompletionRequest": ".chat_completion_request",
        "ChatContentPart": ".chat_content_part",
        "ChatContentPartType": ".chat_content_part_type",
        "ChatMessage": ".chat_message",
        "ChatModel": ".chat_model",
        "ChatModelList": ".chat_model_list",
        "ChatUsage": ".chat_usage",
        "ChoiceAnswer": ".choice_answer",
        "ChoiceCriteria": ".choice_criteria",
        "ChoiceQuestion": ".choice_question",
        "CompletionRecord": ".completion_record",
        "ContentPartType": ".content_part_type",
        "CreditUsageResponse": ".credit_usage_response",
        "DatasetCreationRequest": ".dataset_creation_request",
        "DatasetResponse": ".dataset_response",
        "DatasetType": ".dataset_type",
        "DocumentGenerateRequest": ".document_generate_request",
        "DomainInfo": ".domain_info",
        "DomainSchemaRequest": ".domain_schema_request",
        "ElementType": ".element_type",
        "Embedding": ".embedding",
        "EmbeddingEncoding": ".embedding_encoding",
        "EmbeddingList": ".embedding_list",
        "EmbeddingRequest": ".embedding_request",
        "Environment": ".environment",
        "ErrorDetail": ".error_detail",
        "ErrorResponse": ".error_response",
        "FeedbackEntityType": ".feedback_entity_type",
        "FeedbackItem": ".feedback_item",
        "FeedbackListResponse": ".feedback_list_response",
        "FeedbackSubmitRequest": ".feedback_submit_request",
        "FeedbackSubmitResponse": ".feedback_submit_response",
        "FileExecuteRequest": ".file_execute_request",
        "FileGenerateRequest": ".file_generate_request",
        "FilePurpose": ".file_purpose",
        "FileResponse": ".file_response",
        "FileSchemaRequest": ".file_schema_request",
        "FileUploadRequest": ".file_upload_request",
        "FileUrl": ".file_url",
        "FinetuningGenerateRequest": ".finetuning_generate_request",
        "FinetuningProvisionRequest": ".finetuning_provision_request",
        "FinetuningProvisionResponse": ".finetuning_provision_response",
        "FinetuningRequest": ".finetuning_request",
        "FinetuningResponse": ".finetuning_response",
        "FrameDropped": ".frame_dropped",
        "GenerationConfig": ".generation_config",
        "GenerationDetail": ".generation_detail",
        "HealthStatus": ".health_status",
        "HTTPValidationError": ".http_validation_error",
        "HubDomainInfo": ".hub_domain_info",
        "HubInfoResponse": ".hub_info_response",
        "HubSchemaRequest": ".hub_schema_request",
        "HubSchemaResponse": ".hub_schema_response",
        "ImageDetail": ".image_detail",
        "ImageExecuteRequest": ".image_execute_request",
        "ImageGenerateRequest": ".image_generate_request",
        "ImagePart": ".image_part",
        "ImageResolution": ".image_resolution",
        "ImageSchemaRequest": ".image_schema_request",
        "ImageUrl": ".image_url",
        "InlineFile": ".inline_file",
        "InlineImage": ".inline_image",
        "InlineSkillSource": ".inline_skill_source",
        "JobRequest": ".job_request",
        "JobStatus": ".job_status",
        "JSONObject": ".json_object",
        "JSONObjectFormat": ".json_object_format",
        "JSONSchemaFormat": ".json_schema_format",
        "JSONSchemaStrictFormat": ".json_schema_strict_format",
        "MarkdownDocument": ".markdown_document",
        "MarkdownFigure": ".markdown_figure",
        "MarkdownPage": ".markdown_page",
        "MarkdownPageMetadata": ".markdown_page_metadata",
        "MarkdownTable": ".markdown_table",
        "MarkdownTableCell": ".markdown_table_cell",
        "MarkdownTableHeader": ".markdown_table_header",
        "MarkdownTableMetadata": ".markdown_table_metadata",
        "MediaUrl": ".media_url",
        "MessageContent": ".message_content",
        "ModelCapabilities": ".model_capabilities",
        "ModelInfo": ".model_info",
        "NoulAnswer": ".noul_answer",
        "NoulCriteria": ".noul_criteria",
        "NoulQuestion": ".noul_question",
        "PDFPart": ".pdf_part",
        "PredictionResponse": ".prediction_response",
        "PresignedUrlRequest": ".presigned_url_request",
        "PresignedUrlResponse": ".presigned_url_response",
        "Probabilities": ".probabilities",
        "RealtimeSessionCreate": ".realtime_session_create",
        "ReasoningEffort": ".reasoning_effort",
        "RequestMetadata": ".request_metadata",
        "SchemaResponse": ".schema_response",
        "ScoreAnswer": ".score_answer",
        "ScoreLegend": ".score_legend",
        "ScoreQuestion": ".score_question",
        "ServiceTier": ".service_tier",
        "SessionClose": ".session_close",
        "SessionCreated": ".session_created",
        "SessionDecide": ".session_decide",
        "SessionDecision": ".session_decision",
        "SessionError": ".session_error",
        "SessionResult": ".session_result",
        "SessionState": ".session_state",
        "SessionStats": ".session_stats",
        "SkillCreationRequest": ".skill_creation_request",
        "SkillDownloadResponse": ".skill_download_response",
        "SkillInfo": ".skill_info",
        "SkillLookupRequest": ".skill_lookup_request",
        "SkillMediaType": ".skill_media_type",
        "SkillOrder": ".skill_order",
        "SkillSourceType": ".skill_source_type",
        "SkillType": ".skill_type",
        "SkillUpdateRequest": ".skill_update_request",
        "StoredFilePurpose": ".stored_file_purpose",
        "SystemOneAnswers": ".system_one_answers",
        "SystemOneAsset": ".system_one_asset",
        "SystemOneAssets": ".system_one_assets",
        "SystemOneModel": ".system_one_model",
        "SystemOneModelList": ".system_one_model_list",
        "SystemOneQuestions": ".system_one_questions",
        "SystemOneRequest": ".system_one_request",
        "SystemOneResponse": ".system_one_response",
        "SystemOneSessionCreate": ".system_one_session_create",
        "SystemOneUsage": ".system_one_usage",
        "TableColumnType": ".table_column_type",
        "TextFormat": ".text_format",
        "TextPart": ".text_part",
        "ToolCall": ".tool_call",
        "ToolCallFunction": ".tool_call_function",
        "Transcription": ".transcription",
        "TranscriptionFormat": ".transcription_format",
        "TranscriptionRequest": ".transcription_request",
        "ValidationProblem": ".validation_problem",
        "VideoGenerateRequest": ".video_generate_request",
        "VideoResolution": ".video_resolution",
    }

    def __getattr__(name):
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(module, __name__), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_MODULES})


__all__ = (
    "AgentCreationConfig",
    "AgentCreationRequest",
    "AgentCreationResponse",
    "AgentExecutionConfig",
    "AgentExecutionRequest",
    "AgentExecutionResponse",
    "AgentInfo",
    "AgentInputs",
    "AgentLookupRequest",
    "AgentRunMode",
    "AgentSkill",
    "AgentToolset",
    "ArtifactListItem",
    "ArtifactListResponse",
    "ArtifactSource",
    "AudioGenerateRequest",
    "BoxAnswer",
    "BoxCoords",
    "BoxEdges",
    "BoxQuestion",
    "ChatChoice",
    "ChatCompletion",
    "ChatCompletionRequest",
    "ChatContentPart",
    "ChatContentPartType",
    "ChatMessage",
    "ChatModel",
    "ChatModelList",
    "ChatUsage",
    "ChoiceAnswer",
    "ChoiceCriteria",
    "ChoiceQuestion",
    "CompletionRecord",
    "ContentPartType",
    "CreditUsageResponse",
    "DatasetCreationRequest",
    "DatasetResponse",
    "DatasetType",
    "DocumentGenerateRequest",
    "DomainInfo",
    "DomainSchemaRequest",
    "ElementType",
    "Embedding",
    "EmbeddingEncoding",
    "EmbeddingList",
    "EmbeddingRequest",
    "Environment",
    "ErrorDetail",
    "ErrorResponse",
    "FeedbackEntityType",
    "FeedbackItem",
    "FeedbackListResponse",
    "FeedbackSubmitRequest",
    "FeedbackSubmitResponse",
    "FileExecuteRequest",
    "FileGenerateRequest",
    "FilePurpose",
    "FileResponse",
    "FileSchemaRequest",
    "FileUploadRequest",
    "FileUrl",
    "FinetuningGenerateRequest",
    "FinetuningProvisionRequest",
    "FinetuningProvisionResponse",
    "FinetuningRequest",
    "FinetuningResponse",
    "FrameDropped",
    "GenerationConfig",
    "GenerationDetail",
    "HealthStatus",
    "HTTPValidationError",
    "HubDomainInfo",
    "HubInfoResponse",
    "HubSchemaRequest",
    "HubSchemaResponse",
    "ImageDetail",
    "ImageExecuteRequest",
    "ImageGenerateRequest",
    "ImagePart",
    "ImageResolution",
    "ImageSchemaRequest",
    "ImageUrl",
    "InlineFile",
    "InlineImage",
    "InlineSkillSource",
    "JobRequest",
    "JobStatus",
    "JSONObject",
    "JSONObjectFormat",
    "JSONSchemaFormat",
    "JSONSchemaStrictFormat",
    "MarkdownDocument",
    "MarkdownFigure",
    "MarkdownPage",
    "MarkdownPageMetadata",
    "MarkdownTable",
    "MarkdownTableCell",
    "MarkdownTableHeader",
    "MarkdownTableMetadata",
    "MediaUrl",
    "MessageContent",
    "ModelCapabilities",
    "ModelInfo",
    "NoulAnswer",
    "NoulCriteria",
    "NoulQuestion",
    "PDFPart",
    "PredictionResponse",
    "PresignedUrlRequest",
    "PresignedUrlResponse",
    "Probabilities",
    "RealtimeSessionCreate",
    "ReasoningEffort",
    "RequestMetadata",
    "SchemaResponse",
    "ScoreAnswer",
    "ScoreLegend",
    "ScoreQuestion",
    "ServiceTier",
    "SessionClose",
    "SessionCreated",
    "SessionDecide",
    "SessionDecision",
    "SessionError",
    "SessionResult",
    "SessionState",
    "SessionStats",
    "SkillCreationRequest",
    "SkillDownloadResponse",
    "SkillInfo",
    "SkillLookupRequest",
    "SkillMediaType",
    "SkillOrder",
    "SkillSourceType",
    "SkillType",
    "SkillUpdateRequest",
    "StoredFilePurpose",
    "SystemOneAnswers",
    "SystemOneAsset",
    "SystemOneAssets",
    "SystemOneModel",
    "SystemOneModelList",
    "SystemOneQuestions",
    "SystemOneRequest",
    "SystemOneResponse",
    "SystemOneSessionCreate",
    "SystemOneUsage",
    "TableColumnType",
    "TextFormat",
    "TextPart",
    "ToolCall",
    "ToolCallFunction",
    "Transcription",
    "TranscriptionFormat",
    "TranscriptionRequest",
    "ValidationProblem",
    "VideoGenerateRequest",
    "VideoResolution",
)
