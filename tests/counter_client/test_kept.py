"""What a terminal kept on its computer, when it is not what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_client.terminal.kept import Kept


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"[]", b'{"line": 1, "calls": [{"called": 1}]}'])
def test_nonsense_is_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "voice.json").write_bytes(content)
    assert Kept(tmp_path / "voice.json").read() == ([], [])
