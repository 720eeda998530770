"""The print agent's kept token, when the file is not what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.agent.identity import TokenFile


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "{}", "no JSON"])
def test_a_broken_file_holds_no_token(tmp_path: Path, content: str) -> None:
    kept = TokenFile(tmp_path, "http://hall")
    kept.keep("secret")
    assert kept.read() == "secret"
    next(tmp_path.iterdir()).write_text(content)
    assert kept.read() is None
