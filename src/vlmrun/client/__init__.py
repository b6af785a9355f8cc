"""Import paths only: the code of the clients is in `vlmrun._async`.

`from vlmrun.client import VLMRun` is what VLM Run's documentation uses.
"""

from vlmrun._sync.client import VLMRun

__all__ = ["VLMRun"]
