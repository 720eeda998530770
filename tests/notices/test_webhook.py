"""The webhook against a real HTTP receiver, whose check of the signature is the example of docs/notices.md."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.domain.notice import NotSent
from server.notices import webhook as door
from server.notices.webhook import WebhookSender
from server.settings.channels import Webhook
from tests.notices.fake_channels import MESSAGE, Gateway, free_port

SECRET = "a secret of the gateway"
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")


def sender(port: int) -> WebhookSender:
    return WebhookSender(Webhook(f"http://127.0.0.1:{port}/notices?key=token", SECRET))


def example() -> dict[str, Any]:
    """What the receiver of the documentation defines."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "docs/notices.md", "exec"), names)
    return names


def test_a_gateway_gets_all_it_needs_and_can_prove_who_sent_it() -> None:
    with Gateway(free_port()).open() as gateway:
        sender(gateway.port).send(MESSAGE)
    ((headers, body),) = gateway.requests
    assert gateway.taken == [
        {
            "id": "5f3c0e",
            "kind": "called",
            "hall": "hall",
            "language": "zh-CN",
            "to": {"name": "陈大文", "phone": "13800138000", "email": "ming@example.cn"},
            "subject": "请 A012 号到3号窗口",
            "text": "请 A012 号现在到3号窗口（政务大厅）。",
            "link": "http://hall.test/t/abc",
            "made_at": "2026-11-23T09:00:00.000+08:00",
            "facts": {"number": "A012", "counter": "3号窗口"},
        }
    ]
    assert (headers["Hallcall-Id"], headers["Content-Type"]) == ("5f3c0e", "application/json")
    genuine = example()["genuine"]
    now = int(headers["Hallcall-Timestamp"])
    assert genuine(headers, body, SECRET, now=now)
    assert not genuine(headers, body + b" ", SECRET, now=now)
    assert not genuine(headers, body, "another secret of a gateway", now=now)
    assert not genuine(headers, body, SECRET, now=now + 301)
    assert not genuine(headers | {"Hallcall-Timestamp": str(now + 1)}, body, SECRET, now=now)


def test_the_signature_is_the_one_that_openssl_makes() -> None:
    # printf '1795395600.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
    found = door.signature("0123456789abcdef", "1795395600", b'{"a":1}')
    assert found == "a3c249158eb912e1588f1958975ccfebf6855d067f0c36d11d699dbc5e3a29a3"


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
    ],
)
def test_an_answer_is_for_good_or_for_later(status: int, for_good: bool) -> None:
    with Gateway(free_port(), statuses=[status]).open() as gateway:
        with pytest.raises(NotSent) as wrong:
            sender(gateway.port).send(MESSAGE)
        assert (wrong.value.reason, wrong.value.for_good) == (f"the gateway answered {status}", for_good)
        assert not wrong.value.everybody
        sender(gateway.port).send(replace(MESSAGE))
    assert len(gateway.requests) == 2


def test_nobody_there_and_nobody_answering_are_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent) as wrong:
        sender(free_port()).send(MESSAGE)
    assert (wrong.value.reason, wrong.value.everybody) == ("the gateway cannot be reached", True)
    with pytest.raises(NotSent):
        sender(free_port()).check()
    monkeypatch.setattr(door, "PATIENCE_S", 0.05)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        port = deaf.getsockname()[1]
        assert sender(port).check() == f"127.0.0.1:{port}"
        with pytest.raises(NotSent) as wrong:
            sender(port).send(MESSAGE)
    assert (wrong.value.reason, wrong.value.for_good) == ("the gateway did not answer in time", False)
    assert "token" not in repr(sender(port).webhook)
