"""Optional packages are imported on first use, and the logger is not configured."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from vlmrun.common import dependencies
from vlmrun.errors import DependencyError


@pytest.mark.parametrize(
    ("require", "module", "extra"),
    [
        (dependencies.require_cv2, "cv2", "video"),
        (dependencies.require_ipython_html, "IPython.display", "viz"),
        (dependencies.require_numpy, "numpy", "video"),
        (dependencies.require_openai, "openai", "openai"),
        (dependencies.require_pandas, "pandas", "pandas"),
        (dependencies.require_pypdfium2, "pypdfium2", "pdf"),
    ],
)
def test_a_missing_package_raises_an_error_that_names_its_extra(
    require: Callable[[], Any], module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert require().__name__ in (module, "HTML")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DependencyError, match=rf"pip install 'vlmrun\[{extra}\]'"):
        require()


@pytest.mark.slow
def test_p34_the_logger_has_no_handlers_and_no_level() -> None:
    program = (
        "import logging; root = logging.getLogger(); root.addHandler(logging.NullHandler())\n"
        "before = root.handlers[:], root.level\n"
        "from vlmrun.common.logging import logger\n"
        "assert logger is logging.getLogger('vlmrun')\n"
        "assert (logger.handlers, logger.level, logger.propagate) == ([], 0, True)\n"
        "assert before == (root.handlers, root.level)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert isinstance(logging.getLogger("vlmrun"), logging.Logger)


@pytest.mark.slow
def test_helper_modules_import_no_optional_package_when_imported() -> None:
    modules = ("dependencies", "image", "logging", "mime", "pdf", "pydantic", "video", "viz")
    imports = ", ".join(f"vlmrun.common.{module}" for module in modules)
    heavy = {"PIL", "cv2", "numpy", "pandas", "IPython", "pypdfium2", "pydantic", "openai", "httpx"}
    program = f"import sys, {imports}; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"
