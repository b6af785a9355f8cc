"""Names of other packages, and what they are called here, for error messages.

Names of openai, anthropic, stripe, httpx and similar packages, which people use out of habit.
They are too different for a search by spelling.
"""

from __future__ import annotations

_MODEL = ("response_model", "json_schema", "response_format")
_FILE = ("file", "inputs={'file': Path(...)}", "images", "directory", "training_file")
_URL = ("url", "urls", "inputs={'file': MessageContent(...)}")
_PROMPT = ("prompt", "messages", "notes")
_KEY = ("api_key",)
_HEADERS = ("options={'headers': ...}", "with_options(headers=...)")
_HTTP = ("http_client=httpx.Client(...)",)
_PREDICT = ("generate", "execute", "submit", "document.generate", "client.agent.execute(...)")
_RUN = ("execute", "generate", "submit", "upload", "agent.execute", "client.agent.execute(...)")
_GET = ("get", "get_schema", "list", "executions.get")
_RESULT = ("response", "parsed")
_ID = ("id", "execution_id", "request_id", "file_id", "skill_id")
_CHAT = ("agent.completions", "completions")

# By the name without underscores and in lower case: the names it may have here. The first that the
# method or the class has is suggested; what comes after `=` or `.` is only shown.
SYNONYMS: dict[str, tuple[str, ...]] = {
    # arguments
    **dict.fromkeys(("schema", "outputschema", "responseschema", "outputtype"), _MODEL),
    "responsemodel": ("response_format",),
    **dict.fromkeys(("responseformat", "outputformat", "textformat", "outputmodel"), _MODEL),
    **dict.fromkeys(("file", "files", "path", "filepath", "filename", "document", "pdf"), _FILE),
    **dict.fromkeys(("documents", "attachments", "inputfile", "doc"), _FILE),
    **dict.fromkeys(("image", "picture", "img"), ("images", *_FILE)),
    **dict.fromkeys(("fileurl", "documenturl", "link", "uri"), _URL),
    **dict.fromkeys(("imageurl", "imageurls"), ("urls", *_URL)),
    **dict.fromkeys(("query", "question", "instruction", "instructions", "task"), _PROMPT),
    **dict.fromkeys(("message", "system", "systemprompt", "userprompt"), _PROMPT),
    **dict.fromkeys(("text", "input"), ("prompt", "inputs", *_RESULT)),
    "content": ("prompt", "get_content", *_RESULT),
    "messages": ("prompt", *_CHAT),
    "prompt": ("messages",),
    **dict.fromkeys(("wait", "blocking", "sync"), ("batch=False",)),
    **dict.fromkeys(("background", "asynchronous", "nowait"), ("batch=True",)),
    **dict.fromkeys(("webhook", "webhookurl", "notifyurl"), ("callback_url",)),
    **dict.fromkeys(("callback", "onprogress", "progress"), ("on_update", "callback_url")),
    **dict.fromkeys(("token", "apitoken", "key", "apikey", "accesstoken"), _KEY),
    **dict.fromkeys(("secretkey", "bearer", "auth"), _KEY),
    **dict.fromkeys(("endpoint", "host", "apibase", "apiurl", "url"), ("base_url", *_URL)),
    **dict.fromkeys(("retries", "maxretry", "retry", "numretries"), ("max_retries",)),
    **dict.fromkeys(("maxwait", "waitseconds", "waittime"), ("wait_timeout", "timeout")),
    **dict.fromkeys(("pollinterval", "interval", "polleveryseconds"), ("sleep",)),
    **dict.fromkeys(("limit", "perpage", "size", "pagesize"), ("page_size", "limit")),
    **dict.fromkeys(("offset", "start", "page", "after"), ("skip", "offset")),
    **dict.fromkeys(("headers", "extraheaders", "defaultheaders"), _HEADERS),
    **dict.fromkeys(("requesttimeout", "timeoutseconds"), ("options={'timeout': ...}", "timeout")),
    **dict.fromkeys(("proxy", "proxies", "verify", "cert", "transport", "session"), _HTTP),
    **dict.fromkeys(("save", "output", "dest", "destination", "target"), ("to", *_RESULT)),
    **dict.fromkeys(("saveto", "savepath", "outputpath", "outputdir"), ("to",)),
    **dict.fromkeys(("pages", "pagenumbers", "pagerange"), ("pages", "page_indices")),
    **dict.fromkeys(("agent", "agentname"), ("name",)),
    **dict.fromkeys(("skill", "skillname"), ("skills=[AgentSkill(skill_name=...)]", "skill_name")),
    "fileid": ("inputs={'file': MessageContent(...)}", *_ID),
    "id": ("skill_id", "file_id", "agent_id", "execution_id", "object_id", "request_id"),
    "idempotencykey": ("id",),
    "tags": ("metadata",),
    "tools": ("toolsets",),
    # attributes
    **dict.fromkeys(("run", "invoke", "call", "start", "create", "execute", "send"), _RUN),
    **dict.fromkeys(("predict", "extract", "process", "analyze", "generate"), _PREDICT),
    "parse": ("parsed", *_PREDICT),
    **dict.fromkeys(("retrieve", "fetch", "lookup", "find", "getbyid"), _GET),
    **dict.fromkeys(("all", "listall", "autopagingiter"), ("iterate", "list")),
    **dict.fromkeys(("poll", "waitfor", "waituntildone", "join"), ("wait",)),
    **dict.fromkeys(("getcontent", "readcontent", "retrievecontent"), ("get_content", "download")),
    **dict.fromkeys(("remove", "destroy"), ("delete",)),
    **dict.fromkeys(("result", "results", "data", "outputtext", "answer", "value"), _RESULT),
    **dict.fromkeys(("outputparsed", "parsedoutput", "parsedresponse"), ("parsed",)),
    **dict.fromkeys(("state", "jobstatus"), ("status",)),
    **dict.fromkeys(("done", "isdone", "completed", "iscompleted", "finished"), ("is_finished",)),
    **dict.fromkeys(("cost", "credits", "creditsused", "price"), ("credits_used", "usage")),
    **dict.fromkeys(("executionid", "predictionid", "jobid", "requestid", "taskid", "uuid"), _ID),
    **dict.fromkeys(("chat", "responses", "completions", "beta"), _CHAT),
    **dict.fromkeys(("register", "add", "publish"), ("create_from_directory", *_RUN)),
    "upload": ("create_from_directory", "files.upload"),
    "get": ("get_schema", "to_dict", "list"),
    "download": ("get_content", "artifacts.download"),
    "images": ("inputs={'image': Path(...)}",),
    "agentid": ("name", "id"),
    "version": ("skill_version", "name='agent:version'"),
    **dict.fromkeys(("keys", "values", "items", "dict", "asdict"), ("to_dict",)),
    "json": ("to_json",),
    "client": ("VLMRun",),
    "asyncclient": ("AsyncVLMRun",),
    "embeddings": ("gateway.embeddings",),
    "transcriptions": ("gateway.transcriptions",),
    **dict.fromkeys(("jobs", "batches", "runs", "tasks"), ("executions",)),
}
