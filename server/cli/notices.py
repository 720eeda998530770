"""`hallcall notice`: whether notices leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from server.cli.desk import config
from server.cli.finding import Finding
from server.cli.say import fail, plainly
from server.settings.config import Config
from server.settings.language import language, words

if TYPE_CHECKING:
    from server.domain.notice import Message


@click.group(name="notice")
def command() -> None:
    """发给来访者的通知。Notices to visitors: docs/notices.md."""


@command.command(name="test")
@click.option("--to", "address", required=True, metavar="ADDRESS", help="an e-mail address or a phone number")
@plainly
def test(address: str) -> None:
    """向指定地址发送一条测试通知。Send a test message by every channel that is set, and say what happened."""
    from server.domain.notice import NotSent
    from server.notices.senders import senders

    _need_an_address(address)
    found = senders(config().channels)
    if not found:
        fail(
            "No channel is set: HALLCALL_SMTP_URL or HALLCALL_WEBHOOK_URL, see docs/notices.md.",
            "尚未设置通知渠道：HALLCALL_SMTP_URL 或 HALLCALL_WEBHOOK_URL，见 docs/notices.md。",
        )
    message, taken, failed = _message(address), 0, 0
    for channel, sender in found.items():
        if channel == "email" and "@" not in address:
            click.echo(words("email: needs an e-mail address", "email：需要邮箱地址"))
            continue
        try:
            sender.send(message)
            taken += 1
            click.echo(words(f"{channel}: taken", f"{channel}：对方已接收"))
        except NotSent as wrong:
            failed += 1
            click.echo(words(f"{channel}: not sent, {wrong.reason}", f"{channel}：未发出（{wrong.reason}）"))
    if failed:
        fail(f"{failed} of {len(found)} failed.", f"{len(found)} 个渠道中有 {failed} 个失败。")
    if not taken:
        fail("Nothing was sent.", "没有发出任何通知。")


def _need_an_address(address: str) -> None:
    """Raises click.UsageError for what is neither an e-mail address nor a phone number."""
    import re

    from server.schemas import patterns

    if not re.fullmatch(patterns.EMAIL if "@" in address else patterns.PHONE, address):
        raise click.UsageError(
            words(
                f"--to: {address!r} is neither an e-mail address nor a phone number.",
                f"--to：“{address}”既不是邮箱地址，也不是电话号码。",
            )
        )


def _message(address: str) -> Message:
    import secrets
    from datetime import UTC, datetime

    from server.domain import notice_words
    from server.domain.notice import Message

    spoken = language()
    subject, text = notice_words.say("test", spoken, {})
    return Message(
        id=secrets.token_hex(16),
        kind="test",
        hall="",
        language=spoken,
        to={"email" if "@" in address else "phone": address},
        subject=subject,
        text=text,
        link=None,
        made_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        facts={},
    )


def symptoms(settings: Config) -> Iterator[Finding]:
    """What `hallcall doctor` says of the channels."""
    from server.domain.notice import NotSent
    from server.notices.senders import senders

    for channel, sender in senders(settings.channels).items():
        try:
            place = sender.check()
        except NotSent as wrong:
            yield Finding(
                "broken", f"Notices by {channel}: {wrong.reason}.", f"通知渠道 {channel} 有故障：{wrong.reason}。"
            )
        else:
            yield Finding("well", f"Notices by {channel}: {place} answers.", f"通知渠道 {channel}：{place} 应答正常。")
    hook = settings.channels.webhook
    if hook and hook.url.startswith("http:"):
        yield Finding(
            "look",
            "HALLCALL_WEBHOOK_URL is http: phone numbers travel unencrypted.",
            "HALLCALL_WEBHOOK_URL 使用 http，手机号会以明文传输。",
        )
