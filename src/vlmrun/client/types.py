"""The types, under the import path that VLM Run's documentation uses: see `vlmrun.types`."""

from vlmrun.errors import APIError as APIError
from vlmrun.types import *
from vlmrun.types.tables import require_pandas as require_pandas
