# Derived from types/*.py by `make generate`. Do not edit.
"""The public types, and the module of `vlmrun.types` that each is in."""

# The name by which type checkers know it; importing `typing` would double the time of an import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from vlmrun.types.agent import AgentCreationConfig as AgentCreationConfig
    from vlmrun.types.agent import AgentCreationResponse as AgentCreationResponse
    from vlmrun.types.agent import AgentExecutionConfig as AgentExecutionConfig
    from vlmrun.types.agent import AgentExecutionOrCreationConfig as AgentExecutionOrCreationConfig
    from vlmrun.types.agent import AgentExecutionResponse as AgentExecutionResponse
    from vlmrun.types.agent import AgentInfo as AgentInfo
    from vlmrun.types.agent import AgentResponse as AgentResponse
    from vlmrun.types.skills import AgentSkill as AgentSkill
    from vlmrun.types.common import AgentToolset as AgentToolset
    from vlmrun.types.refs import ArrayRef as ArrayRef
    from vlmrun.types.refs import AudioRef as AudioRef
    from vlmrun.types.content import AudioUrl as AudioUrl
    from vlmrun.types.common import CreditUsage as CreditUsage
    from vlmrun.types.refs import DocumentRef as DocumentRef
    from vlmrun.types.content import DocumentUrl as DocumentUrl
    from vlmrun.types.domains import DomainInfo as DomainInfo
    from vlmrun.types.common import FilePurpose as FilePurpose
    from vlmrun.types.files import FileResponse as FileResponse
    from vlmrun.types.content import FileUrl as FileUrl
    from vlmrun.types.agent import GenerationConfig as GenerationConfig
    from vlmrun.types.content import HttpUrl as HttpUrl
    from vlmrun.types.domains import HubDomainInfo as HubDomainInfo
    from vlmrun.types.domains import HubInfoResponse as HubInfoResponse
    from vlmrun.types.domains import HubSchemaResponse as HubSchemaResponse
    from vlmrun.types.refs import ImageRef as ImageRef
    from vlmrun.types.content import ImageUrl as ImageUrl
    from vlmrun.types.skills import InlineSkillSource as InlineSkillSource
    from vlmrun.types.common import JSONObject as JSONObject
    from vlmrun.types.common import JobStatus as JobStatus
    from vlmrun.types.content import MessageContent as MessageContent
    from vlmrun.types.predictions import ModelInfo as ModelInfo
    from vlmrun.types.predictions import ModelInfoResponse as ModelInfoResponse
    from vlmrun.types.page import Page as Page
    from vlmrun.types.predictions import PredictionResponse as PredictionResponse
    from vlmrun.types.files import PresignedUrlRequest as PresignedUrlRequest
    from vlmrun.types.files import PresignedUrlResponse as PresignedUrlResponse
    from vlmrun.types.refs import ReconRef as ReconRef
    from vlmrun.types.common import RequestMetadata as RequestMetadata
    from vlmrun.types.domains import SchemaResponse as SchemaResponse
    from vlmrun.types.common import ServiceTier as ServiceTier
    from vlmrun.types.skills import SkillDownloadResponse as SkillDownloadResponse
    from vlmrun.types.skills import SkillInfo as SkillInfo
    from vlmrun.types.content import URL_PATTERN as URL_PATTERN
    from vlmrun.types.page import UnreadableItemWarning as UnreadableItemWarning
    from vlmrun.types.refs import UrlRef as UrlRef
    from vlmrun.types.refs import VideoRef as VideoRef
    from vlmrun.types.content import VideoUrl as VideoUrl

HOMES = {
    "AgentCreationConfig": "agent",
    "AgentCreationResponse": "agent",
    "AgentExecutionConfig": "agent",
    "AgentExecutionOrCreationConfig": "agent",
    "AgentExecutionResponse": "agent",
    "AgentInfo": "agent",
    "AgentResponse": "agent",
    "AgentSkill": "skills",
    "AgentToolset": "common",
    "ArrayRef": "refs",
    "AudioRef": "refs",
    "AudioUrl": "content",
    "CreditUsage": "common",
    "DocumentRef": "refs",
    "DocumentUrl": "content",
    "DomainInfo": "domains",
    "FilePurpose": "common",
    "FileResponse": "files",
    "FileUrl": "content",
    "GenerationConfig": "agent",
    "HttpUrl": "content",
    "HubDomainInfo": "domains",
    "HubInfoResponse": "domains",
    "HubSchemaResponse": "domains",
    "ImageRef": "refs",
    "ImageUrl": "content",
    "InlineSkillSource": "skills",
    "JSONObject": "common",
    "JobStatus": "common",
    "MessageContent": "content",
    "ModelInfo": "predictions",
    "ModelInfoResponse": "predictions",
    "Page": "page",
    "PredictionResponse": "predictions",
    "PresignedUrlRequest": "files",
    "PresignedUrlResponse": "files",
    "ReconRef": "refs",
    "RequestMetadata": "common",
    "SchemaResponse": "domains",
    "ServiceTier": "common",
    "SkillDownloadResponse": "skills",
    "SkillInfo": "skills",
    "URL_PATTERN": "content",
    "UnreadableItemWarning": "page",
    "UrlRef": "refs",
    "VideoRef": "refs",
    "VideoUrl": "content",
}
