"""Every command refuses documents that cannot be used, with the same message."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.generate import read_contract
from scripts.generate.failure import GenerationError
from scripts.lint_spec import __main__ as lint_spec
from scripts.openapi.load_document import UnusableError
from scripts.spec_diff import __main__ as spec_diff
from scripts.update.next_contract import build_next_contract
from tests.scripts.bad_documents import BAD, NOT_OURS
from tests.scripts.conftest import OVERLAY, ROOT, SMALL_CONTRACT

SMALL = str(SMALL_CONTRACT)
HINT_OF_UPDATE = "\nAn action of the overlay can fix it, too."


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_every_command_has_the_same_message(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("api.yaml")
    path.write_bytes(BAD[name].data)

    assert lint_spec.main([str(path)]) == 2
    output, message = capsys.readouterr()
    assert output == ""
    assert message.startswith("api.yaml:")
    assert BAD[name].message in message
    assert message.count("\n") == 1

    for arguments in ([str(path), SMALL], [SMALL, str(path)]):
        assert spec_diff.main(arguments) == 2
        assert capsys.readouterr() == ("", message)

    assert read_contract.main(str(path), "contract.json") == 1
    assert capsys.readouterr() == (message, "")

    with pytest.raises((UnusableError, GenerationError)) as caught:
        build_next_contract(path, ROOT / "openapi.yaml", OVERLAY)
    assert str(caught.value).removesuffix(HINT_OF_UPDATE) == message.rstrip()


@pytest.mark.parametrize("name", NOT_OURS)
def test_documents_without_a_client_can_be_compared(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "api.yaml"
    path.write_bytes(NOT_OURS[name].data)
    assert lint_spec.main([str(path)]) == 2
    assert NOT_OURS[name].message in capsys.readouterr().err
    assert read_contract.main(str(path), str(tmp_path / "contract.json")) == 1
    assert NOT_OURS[name].message in capsys.readouterr().out
    assert spec_diff.main([str(path), str(path)]) == 0
    assert "Changes: none." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["none.yaml", "folder"])
def test_a_missing_file_and_a_folder(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    assert lint_spec.main([str(path)]) == 2
    _, message = capsys.readouterr()
    assert message.startswith(f"{path}: cannot be read: ")
    assert message.endswith("; pass the path of an OpenAPI document\n")
    assert spec_diff.main([str(path), SMALL]) == 2
    assert capsys.readouterr() == ("", message)
    with pytest.raises(UnusableError) as caught:
        build_next_contract(path, ROOT / "openapi.yaml", OVERLAY)
    assert str(caught.value) == message.rstrip()
