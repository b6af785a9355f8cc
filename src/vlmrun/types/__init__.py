"""Public values: frozen attrs classes. Everything here is importable without httpx."""

from vlmrun.types.agent import (
    AgentCreationConfig,
    AgentCreationResponse,
    AgentExecutionConfig,
    AgentExecutionOrCreationConfig,
    AgentExecutionResponse,
    AgentInfo,
    AgentResponse,
    GenerationConfig,
)
from vlmrun.types.common import (
    AgentToolset,
    CreditUsage,
    FilePurpose,
    JobStatus,
    JSONObject,
    RequestMetadata,
    ServiceTier,
)
from vlmrun.types.content import (
    URL_PATTERN,
    AudioUrl,
    DocumentUrl,
    FileUrl,
    HttpUrl,
    ImageUrl,
    MessageContent,
    VideoUrl,
)
from vlmrun.types.files import FileResponse, PresignedUrlRequest, PresignedUrlResponse
from vlmrun.types.page import Page, UnreadableItemWarning
from vlmrun.types.predictions import ModelInfo, ModelInfoResponse, PredictionResponse
from vlmrun.types.refs import ArrayRef, AudioRef, DocumentRef, ImageRef, ReconRef, UrlRef, VideoRef
from vlmrun.types.skills import AgentSkill, InlineSkillSource, SkillDownloadResponse, SkillInfo

__all__ = [
    "URL_PATTERN",
    "AgentCreationConfig",
    "AgentCreationResponse",
    "AgentExecutionConfig",
    "AgentExecutionOrCreationConfig",
    "AgentExecutionResponse",
    "AgentInfo",
    "AgentResponse",
    "AgentSkill",
    "AgentToolset",
    "ArrayRef",
    "AudioRef",
    "AudioUrl",
    "CreditUsage",
    "DocumentRef",
    "DocumentUrl",
    "FilePurpose",
    "FileResponse",
    "FileUrl",
    "GenerationConfig",
    "HttpUrl",
    "ImageRef",
    "ImageUrl",
    "InlineSkillSource",
    "JSONObject",
    "JobStatus",
    "MessageContent",
    "ModelInfo",
    "ModelInfoResponse",
    "Page",
    "PredictionResponse",
    "PresignedUrlRequest",
    "PresignedUrlResponse",
    "ReconRef",
    "RequestMetadata",
    "ServiceTier",
    "SkillDownloadResponse",
    "SkillInfo",
    "UnreadableItemWarning",
    "UrlRef",
    "VideoRef",
    "VideoUrl",
]
