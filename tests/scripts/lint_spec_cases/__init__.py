"""Mistakes in a contract, and what mends them: the cases of `speclint`'s rules."""

from tests.scripts.lint_spec_cases.operations import OPERATION_CASES
from tests.scripts.lint_spec_cases.requests import REQUEST_CASES
from tests.scripts.lint_spec_cases.responses import RESPONSE_CASES
from tests.scripts.lint_spec_cases.schemas import SCHEMA_CASES
from tests.scripts.lint_spec_cases.unions import UNION_CASES

CASES = [*OPERATION_CASES, *REQUEST_CASES, *SCHEMA_CASES, *UNION_CASES, *RESPONSE_CASES]
