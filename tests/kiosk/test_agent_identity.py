"""The print agent's kept token, when the file is not what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from kiosk.agent.identity import Registrar, ServerAway, TokenFile


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "{}", "no JSON"])
def test_a_broken_file_holds_no_token(tmp_path: Path, content: str) -> None:
    kept = TokenFile(tmp_path, "http://hall")
    kept.keep("secret")
    assert kept.read() == "secret"
    next(tmp_path.iterdir()).write_text(content)
    assert kept.read() is None


@pytest.mark.parametrize("body", [b'{"error": {"code": "unknown_route"}}', b"[]", b"<html>"])
def test_what_is_no_server_of_ours_is_away(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    def answer(*_arguments: object, **_names: object) -> requests.Response:
        made = requests.Response()
        made.status_code, made._content = 404, body
        return made

    monkeypatch.setattr(requests.Session, "request", answer)
    with pytest.raises(ServerAway):
        Registrar("http://hall").begin()
