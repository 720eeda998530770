"""E-mail against a real mail server on this machine: what arrives, and what every refusal means."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.domain.notice import Message, NotSent
from server.notices import mail as door
from server.notices.mail import MailSender
from server.notices.null import NullSender
from server.notices.senders import senders
from server.settings.channels import Channels, Mail
from server.settings.environment import Reader
from tests.notices.fake_channels import MESSAGE, Mailbox, free_port


def mail(port: int, userinfo: str = "", scheme: str = "smtp") -> Mail:
    environ = {
        "HALLCALL_SMTP_URL": f"{scheme}://{userinfo}127.0.0.1:{port}",
        "HALLCALL_MAIL_FROM": "政务大厅 <hall@example.cn>",
    }
    found = Channels.read(Reader(environ)).mail
    assert found
    return found


def refused(sender: MailSender, message: Message = MESSAGE) -> tuple[str, bool, bool]:
    with pytest.raises(NotSent) as wrong:
        sender.send(message)
    assert "example.cn" not in wrong.value.reason
    return wrong.value.reason, wrong.value.for_good, wrong.value.everybody


def only(box: Mailbox) -> EmailMessage:
    (letter,) = box.letters
    return letter


def test_a_letter_says_who_what_and_that_nobody_wrote_it() -> None:
    with Mailbox(free_port()).open() as box:
        MailSender(mail(box.port)).send(MESSAGE)
    letter = only(box)
    assert (letter["Subject"], letter["To"]) == ("请 A012 号到3号窗口", "ming@example.cn")
    assert letter["From"] == "政务大厅 <hall@example.cn>"
    assert letter["Message-ID"] == "<5f3c0e@example.cn>"
    assert (letter["Auto-Submitted"], letter["Content-Language"]) == ("auto-generated", "zh-CN")
    assert letter["Date"].datetime.isoformat() == "2026-11-23T09:00:00+08:00"
    assert letter.get_content_type() == "text/plain"
    (text,) = box.texts()
    assert text.splitlines()[::2] == [
        "请 A012 号现在到3号窗口（政务大厅）。",
        "http://hall.test/t/abc",
        "本邮件由叫号系统自动发送，请勿回复。",
    ]


def test_an_appointment_comes_with_its_calendar_file() -> None:
    with Mailbox(free_port()).open() as box:
        MailSender(mail(box.port)).send(replace(MESSAGE, kind="booked", calendar=b"BEGIN:VCALENDAR\r\n"))
    (file,) = only(box).iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "appointment.ics")
    assert file.get_content().startswith("BEGIN:VCALENDAR")
    assert only(box).get_body(("plain",)) is not None


def test_it_signs_in_and_says_when_the_password_is_wrong() -> None:
    with Mailbox(free_port(), password="s3cret/#:").open() as box:
        right = MailSender(mail(box.port, "hall:s3cret%2F%23%3A@"))
        right.send(MESSAGE)
        assert right.check() == f"127.0.0.1:{box.port}"
        wrong = MailSender(mail(box.port, "hall:guess@"))
        assert refused(wrong) == ("the mail server refused the sign-in (535)", False, True)
        with pytest.raises(NotSent):
            wrong.check()
        anonymous = MailSender(mail(box.port))
        assert refused(anonymous) == ("the mail server refused the sender (530)", False, True)
    assert len(box.letters) == 1
    assert "guess" not in repr(wrong.mail)


def test_a_password_never_travels_open_to_another_machine() -> None:
    with Mailbox(free_port(), password="secret").open() as box:
        # Reached here, but named as a host that could be anywhere.
        sender = MailSender(replace(mail(box.port, "hall:secret@"), host="localhost.localdomain"))
        sender._open = MailSender(mail(box.port))._open  # type: ignore[method-assign]
        reason, for_good, everybody = refused(sender)
    assert (for_good, everybody) == (False, True)
    assert "the password was not sent" in reason
    assert box.letters == []


@pytest.mark.parametrize(
    ("rcpt", "answers", "meaning"),
    [
        ("550 ming@example.cn unknown", [], ("the mail server refused the address (550)", True, False)),
        ("451 ming@example.cn greylisted", [], ("the mail server refused the address (451)", False, False)),
        ("250 OK", ["554 spam"], ("the mail server refused the message (554)", True, False)),
        ("250 OK", ["452 full"], ("the mail server refused the message (452)", False, False)),
    ],
)
def test_a_refusal_is_for_good_or_for_later(rcpt: str, answers: list[str], meaning: tuple[str, bool, bool]) -> None:
    with Mailbox(free_port(), rcpt=rcpt, answers=answers).open() as box:
        assert refused(MailSender(mail(box.port))) == meaning


def test_nobody_there_is_for_later_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, for_good, everybody = refused(MailSender(mail(free_port())))
    assert reason == "the mail server cannot be reached (Connection refused)"
    assert (for_good, everybody) == (False, True)
    reason, _, everybody = refused(MailSender(replace(mail(25), host="mail.invalid")))
    assert (reason, everybody) == ("the mail server cannot be reached (its name leads nowhere)", True)
    monkeypatch.setattr(door, "PATIENCE_S", 0.05)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        reason, _, everybody = refused(MailSender(mail(deaf.getsockname()[1])))
    assert (reason, everybody) == ("the mail server cannot be reached (no answer)", True)


@pytest.mark.parametrize("address", ["", "a@b\r\nBcc: all@example.cn", "two@example.cn, three@example.cn <"])
def test_an_address_that_is_none_leaves_nothing(address: str) -> None:
    with Mailbox(free_port()).open() as box:
        with pytest.raises(NotSent) as wrong:
            MailSender(mail(box.port)).send(replace(MESSAGE, to={"email": address}))
        assert wrong.value.for_good
    assert box.letters == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    made = (folder / "cert.pem", folder / "key.pem")
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    made[0].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    made[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password))
    return made


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_encryption_is_used_and_the_certificate_looked_at(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    with Mailbox(free_port()).open(**options) as box:
        sender = MailSender(mail(box.port, scheme=scheme))
        reason, _, everybody = refused(sender)
        assert reason == "no safe connection to the mail server (CERTIFICATE_VERIFY_FAILED)"
        assert everybody
        if scheme == "smtp":  # this server insists on it
            assert refused(MailSender(replace(sender.mail, starttls=False)))[0].endswith("refused the sender (530)")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        sender.send(MESSAGE)
    assert len(box.letters) == 1


def test_channels_that_lead_nowhere_take_everything() -> None:
    environ = {"HALLCALL_SMTP_URL": "null:", "HALLCALL_WEBHOOK_URL": "null:"}
    found = senders(Channels.read(Reader(environ)))
    assert sorted(found) == ["email", "webhook"]
    assert all(isinstance(one, NullSender) for one in found.values())
    found["email"].send(MESSAGE)
    assert senders(Channels()) == {}
