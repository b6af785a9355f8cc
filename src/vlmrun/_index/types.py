# Derived from types/*.py by `make generate`. Do not edit.
"""The public types, and the module of `vlmrun.types` that each is in."""

# The name by which type checkers know it; importing `typing` would double the time of an import.
# Not `False`: jedi, which editors use, skips a block after it.
TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from vlmrun.types.agent import AgentCreationConfig as AgentCreationConfig
    from vlmrun.types.agent import AgentCreationResponse as AgentCreationResponse
    from vlmrun.types.agent import AgentExecutionConfig as AgentExecutionConfig
    from vlmrun.types.agent import AgentExecutionOrCreationConfig as AgentExecutionOrCreationConfig
    from vlmrun.types.executions import AgentExecutionResponse as AgentExecutionResponse
    from vlmrun.types.agent import AgentInfo as AgentInfo
    from vlmrun.types.agent import AgentModel as AgentModel
    from vlmrun.types.agent import AgentResponse as AgentResponse
    from vlmrun.types.agent import AgentRunMode as AgentRunMode
    from vlmrun.types.skills import AgentSkill as AgentSkill
    from vlmrun.types.agent import AgentToolset as AgentToolset
    from vlmrun.types.systemone import Answer as Answer
    from vlmrun.types.refs import ArrayRef as ArrayRef
    from vlmrun.types.artifacts import ArtifactListItem as ArtifactListItem
    from vlmrun.types.artifacts import ArtifactListResponse as ArtifactListResponse
    from vlmrun.types.refs import ArtifactRef as ArtifactRef
    from vlmrun.types.artifacts import ArtifactSource as ArtifactSource
    from vlmrun.types.refs import AudioRef as AudioRef
    from vlmrun.types.content import AudioUrl as AudioUrl
    from vlmrun.types.batches import BatchItem as BatchItem
    from vlmrun.types.batches import BatchPlan as BatchPlan
    from vlmrun.types.batches import BatchProgress as BatchProgress
    from vlmrun.types.systemone import BoxAnswer as BoxAnswer
    from vlmrun.types.tables import BoxCoords as BoxCoords
    from vlmrun.types.systemone import BoxEdges as BoxEdges
    from vlmrun.types.systemone import BoxQuestion as BoxQuestion
    from vlmrun.types.chat import ChatModel as ChatModel
    from vlmrun.types.chat import ChatUsage as ChatUsage
    from vlmrun.types.systemone import ChoiceAnswer as ChoiceAnswer
    from vlmrun.types.systemone import ChoiceQuestion as ChoiceQuestion
    from vlmrun.types.chat import CompletionRecord as CompletionRecord
    from vlmrun.types.evidence_boxes import ConfidenceLevel as ConfidenceLevel
    from vlmrun.types.jobs import CreditUsage as CreditUsage
    from vlmrun.types.datasets import DatasetResponse as DatasetResponse
    from vlmrun.types.datasets import DatasetType as DatasetType
    from vlmrun.types.predictions import DocumentPart as DocumentPart
    from vlmrun.types.batches import DocumentPlan as DocumentPlan
    from vlmrun.types.refs import DocumentRef as DocumentRef
    from vlmrun.types.content import DocumentUrl as DocumentUrl
    from vlmrun.types.domains import DomainInfo as DomainInfo
    from vlmrun.types.jobs import ElementType as ElementType
    from vlmrun.types.metadata import Environment as Environment
    from vlmrun.types.evidence import Evidence as Evidence
    from vlmrun.types.evidence_boxes import EvidenceBox as EvidenceBox
    from vlmrun.types.evidence import EvidenceMap as EvidenceMap
    from vlmrun.types.evidence_boxes import EvidenceMask as EvidenceMask
    from vlmrun.types.agent import ExecutionPriority as ExecutionPriority
    from vlmrun.types.feedback import FeedbackEntityType as FeedbackEntityType
    from vlmrun.types.feedback import FeedbackItem as FeedbackItem
    from vlmrun.types.feedback import FeedbackListResponse as FeedbackListResponse
    from vlmrun.types.feedback import FeedbackResponse as FeedbackResponse
    from vlmrun.types.feedback import FeedbackSubmitRequest as FeedbackSubmitRequest
    from vlmrun.types.feedback import FeedbackSubmitResponse as FeedbackSubmitResponse
    from vlmrun.types.files import FilePurpose as FilePurpose
    from vlmrun.types.files import FileResponse as FileResponse
    from vlmrun.types.content import FileUrl as FileUrl
    from vlmrun.types.fine_tuning import FinetuningProvisionResponse as FinetuningProvisionResponse
    from vlmrun.types.fine_tuning import FinetuningResponse as FinetuningResponse
    from vlmrun.types.systemone import FrameDecision as FrameDecision
    from vlmrun.types.realtime import FrameDropped as FrameDropped
    from vlmrun.types.realtime import FrameResult as FrameResult
    from vlmrun.types.agent import GenerationConfig as GenerationConfig
    from vlmrun.types.agent import GenerationDetail as GenerationDetail
    from vlmrun.types.content import HttpUrl as HttpUrl
    from vlmrun.types.domains import HubDomainInfo as HubDomainInfo
    from vlmrun.types.domains import HubInfoResponse as HubInfoResponse
    from vlmrun.types.domains import HubSchemaResponse as HubSchemaResponse
    from vlmrun.types.content import ImageDetail as ImageDetail
    from vlmrun.types.refs import ImageRef as ImageRef
    from vlmrun.types.content import ImageUrl as ImageUrl
    from vlmrun.types.skills import InlineSkillSource as InlineSkillSource
    from vlmrun.types.predictions import JSONObject as JSONObject
    from vlmrun.types.handles import JobHandle as JobHandle
    from vlmrun.types.jobs import JobStatus as JobStatus
    from vlmrun.types.evidence_boxes import Keypoint as Keypoint
    from vlmrun.types.markdown import MarkdownDocument as MarkdownDocument
    from vlmrun.types.markdown import MarkdownFigure as MarkdownFigure
    from vlmrun.types.markdown import MarkdownPage as MarkdownPage
    from vlmrun.types.markdown import MarkdownPageMetadata as MarkdownPageMetadata
    from vlmrun.types.tables import MarkdownTable as MarkdownTable
    from vlmrun.types.content import MessageContent as MessageContent
    from vlmrun.types.chat import ModelCapabilities as ModelCapabilities
    from vlmrun.types.predictions import ModelInfo as ModelInfo
    from vlmrun.types.predictions import ModelInfoResponse as ModelInfoResponse
    from vlmrun.types.systemone import NoulAnswer as NoulAnswer
    from vlmrun.types.systemone import NoulQuestion as NoulQuestion
    from vlmrun.types.page import Page as Page
    from vlmrun.types.pdf_pages import PdfPages as PdfPages
    from vlmrun.types.evidence_boxes import PixelBox as PixelBox
    from vlmrun.types.agent import PredictionModel as PredictionModel
    from vlmrun.types.predictions import PredictionResponse as PredictionResponse
    from vlmrun.types.files import PresignedUrlRequest as PresignedUrlRequest
    from vlmrun.types.files import PresignedUrlResponse as PresignedUrlResponse
    from vlmrun.types.systemone import ReasoningEffort as ReasoningEffort
    from vlmrun.types.refs import ReconRef as ReconRef
    from vlmrun.types.reconciliation import Reconciliation as Reconciliation
    from vlmrun.types.attempts import RequestAttempt as RequestAttempt
    from vlmrun.types.metadata import RequestMetadata as RequestMetadata
    from vlmrun.types.systemone import RequestTimings as RequestTimings
    from vlmrun.types.attempts import RetryEvent as RetryEvent
    from vlmrun.types.domains import SchemaResponse as SchemaResponse
    from vlmrun.types.systemone import ScoreAnswer as ScoreAnswer
    from vlmrun.types.systemone import ScoreQuestion as ScoreQuestion
    from vlmrun.types.agent import ServiceTier as ServiceTier
    from vlmrun.types.realtime import SessionCreated as SessionCreated
    from vlmrun.types.realtime import SessionDecision as SessionDecision
    from vlmrun.types.realtime import SessionEnded as SessionEnded
    from vlmrun.types.realtime import SessionError as SessionError
    from vlmrun.types.realtime import SessionEvent as SessionEvent
    from vlmrun.types.realtime import SessionResult as SessionResult
    from vlmrun.types.realtime import SessionStats as SessionStats
    from vlmrun.types.skills import SkillDownloadResponse as SkillDownloadResponse
    from vlmrun.types.skills import SkillInfo as SkillInfo
    from vlmrun.types.skills import SkillOrder as SkillOrder
    from vlmrun.types.files import StoredFilePurpose as StoredFilePurpose
    from vlmrun.types.systemone import SystemOneModel as SystemOneModel
    from vlmrun.types.systemone import SystemOneModels as SystemOneModels
    from vlmrun.types.systemone import SystemOneResponse as SystemOneResponse
    from vlmrun.types.systemone import SystemOneUsage as SystemOneUsage
    from vlmrun.types.tables import TableCell as TableCell
    from vlmrun.types.tables import TableColumnType as TableColumnType
    from vlmrun.types.tables import TableHeader as TableHeader
    from vlmrun.types.tables import TableMetadata as TableMetadata
    from vlmrun.types.content import URL_PATTERN as URL_PATTERN
    from vlmrun.types.page import UnreadableItemWarning as UnreadableItemWarning
    from vlmrun.types.refs import UrlRef as UrlRef
    from vlmrun.types.usage import Usage as Usage
    from vlmrun.types.abstract import VLMRunProtocol as VLMRunProtocol
    from vlmrun.types.refs import VideoRef as VideoRef
    from vlmrun.types.content import VideoUrl as VideoUrl
    from vlmrun.types.refs import ref_for as ref_for
    from vlmrun.types.refs import refs_in as refs_in
    from vlmrun.types.tables import replace_nan_recursive_fast as replace_nan_recursive_fast

HOMES = {
    "AgentCreationConfig": "agent",
    "AgentCreationResponse": "agent",
    "AgentExecutionConfig": "agent",
    "AgentExecutionOrCreationConfig": "agent",
    "AgentExecutionResponse": "executions",
    "AgentInfo": "agent",
    "AgentModel": "agent",
    "AgentResponse": "agent",
    "AgentRunMode": "agent",
    "AgentSkill": "skills",
    "AgentToolset": "agent",
    "Answer": "systemone",
    "ArrayRef": "refs",
    "ArtifactListItem": "artifacts",
    "ArtifactListResponse": "artifacts",
    "ArtifactRef": "refs",
    "ArtifactSource": "artifacts",
    "AudioRef": "refs",
    "AudioUrl": "content",
    "BatchItem": "batches",
    "BatchPlan": "batches",
    "BatchProgress": "batches",
    "BoxAnswer": "systemone",
    "BoxCoords": "tables",
    "BoxEdges": "systemone",
    "BoxQuestion": "systemone",
    "ChatModel": "chat",
    "ChatUsage": "chat",
    "ChoiceAnswer": "systemone",
    "ChoiceQuestion": "systemone",
    "CompletionRecord": "chat",
    "ConfidenceLevel": "evidence_boxes",
    "CreditUsage": "jobs",
    "DatasetResponse": "datasets",
    "DatasetType": "datasets",
    "DocumentPart": "predictions",
    "DocumentPlan": "batches",
    "DocumentRef": "refs",
    "DocumentUrl": "content",
    "DomainInfo": "domains",
    "ElementType": "jobs",
    "Environment": "metadata",
    "Evidence": "evidence",
    "EvidenceBox": "evidence_boxes",
    "EvidenceMap": "evidence",
    "EvidenceMask": "evidence_boxes",
    "ExecutionPriority": "agent",
    "FeedbackEntityType": "feedback",
    "FeedbackItem": "feedback",
    "FeedbackListResponse": "feedback",
    "FeedbackResponse": "feedback",
    "FeedbackSubmitRequest": "feedback",
    "FeedbackSubmitResponse": "feedback",
    "FilePurpose": "files",
    "FileResponse": "files",
    "FileUrl": "content",
    "FinetuningProvisionResponse": "fine_tuning",
    "FinetuningResponse": "fine_tuning",
    "FrameDecision": "systemone",
    "FrameDropped": "realtime",
    "FrameResult": "realtime",
    "GenerationConfig": "agent",
    "GenerationDetail": "agent",
    "HttpUrl": "content",
    "HubDomainInfo": "domains",
    "HubInfoResponse": "domains",
    "HubSchemaResponse": "domains",
    "ImageDetail": "content",
    "ImageRef": "refs",
    "ImageUrl": "content",
    "InlineSkillSource": "skills",
    "JSONObject": "predictions",
    "JobHandle": "handles",
    "JobStatus": "jobs",
    "Keypoint": "evidence_boxes",
    "MarkdownDocument": "markdown",
    "MarkdownFigure": "markdown",
    "MarkdownPage": "markdown",
    "MarkdownPageMetadata": "markdown",
    "MarkdownTable": "tables",
    "MessageContent": "content",
    "ModelCapabilities": "chat",
    "ModelInfo": "predictions",
    "ModelInfoResponse": "predictions",
    "NoulAnswer": "systemone",
    "NoulQuestion": "systemone",
    "Page": "page",
    "PdfPages": "pdf_pages",
    "PixelBox": "evidence_boxes",
    "PredictionModel": "agent",
    "PredictionResponse": "predictions",
    "PresignedUrlRequest": "files",
    "PresignedUrlResponse": "files",
    "ReasoningEffort": "systemone",
    "ReconRef": "refs",
    "Reconciliation": "reconciliation",
    "RequestAttempt": "attempts",
    "RequestMetadata": "metadata",
    "RequestTimings": "systemone",
    "RetryEvent": "attempts",
    "SchemaResponse": "domains",
    "ScoreAnswer": "systemone",
    "ScoreQuestion": "systemone",
    "ServiceTier": "agent",
    "SessionCreated": "realtime",
    "SessionDecision": "realtime",
    "SessionEnded": "realtime",
    "SessionError": "realtime",
    "SessionEvent": "realtime",
    "SessionResult": "realtime",
    "SessionStats": "realtime",
    "SkillDownloadResponse": "skills",
    "SkillInfo": "skills",
    "SkillOrder": "skills",
    "StoredFilePurpose": "files",
    "SystemOneModel": "systemone",
    "SystemOneModels": "systemone",
    "SystemOneResponse": "systemone",
    "SystemOneUsage": "systemone",
    "TableCell": "tables",
    "TableColumnType": "tables",
    "TableHeader": "tables",
    "TableMetadata": "tables",
    "URL_PATTERN": "content",
    "UnreadableItemWarning": "page",
    "UrlRef": "refs",
    "Usage": "usage",
    "VLMRunProtocol": "abstract",
    "VideoRef": "refs",
    "VideoUrl": "content",
    "ref_for": "refs",
    "refs_in": "refs",
    "replace_nan_recursive_fast": "tables",
}
