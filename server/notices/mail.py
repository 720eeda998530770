"""E-mail by SMTP: plain text in the visitor's language, an appointment's calendar file beside it."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address

from server.domain.notice import Message, NotSent
from server.domain.notice_words import FOOTER
from server.notices.sender import PATIENCE_S
from server.settings.channels import Mail


class MailSender:
    """Hands messages to a mail server, each in a connection of its own."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    def send(self, message: Message) -> None:
        """Send a message to its e-mail address. Raises NotSent."""
        letter = self._letter(message)
        with self._connected() as server:
            try:
                server.send_message(letter)
            except (smtplib.SMTPException, OSError, ValueError) as error:
                raise _not_taken(error) from None

    def check(self) -> str:
        """Connect and sign in."""
        with self._connected():
            return f"{self.mail.host}:{self.mail.port}"

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        lines = [message.text, *([message.link] if message.link else []), FOOTER[message.language]]
        try:
            letter["From"] = self.mail.sender
            letter["To"] = message.to["email"]
            if len(letter["To"].addresses) != 1:
                raise ValueError
            letter["Subject"] = message.subject
        except (ValueError, LookupError, AttributeError):
            raise NotSent("the address cannot be used", for_good=True) from None
        letter["Date"] = format_datetime(datetime.fromisoformat(message.made_at))
        letter["Message-ID"] = f"<{message.id}@{self.mail.domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter["X-Auto-Response-Suppress"] = "All"
        letter.set_content("\n\n".join(lines) + "\n", charset="utf-8")
        letter["Content-Language"] = message.language
        if message.calendar is not None:
            letter.add_attachment(
                message.calendar,
                maintype="text",
                subtype="calendar",
                filename="appointment.ics",
                params={"charset": "utf-8", "method": "CANCEL" if message.kind == "cancelled" else "PUBLISH"},
            )
        return letter

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._open()
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(_why_unreachable(error), everybody=True) from None
        try:
            self._sign_in(server)
            yield server
        finally:
            # What was taken is taken, however the goodbye goes.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        mail, name = self.mail, socket.gethostname()
        if mail.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(mail.host, mail.port, name, timeout=PATIENCE_S, context=context)
        return smtplib.SMTP(mail.host, mail.port, name, timeout=PATIENCE_S)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        mail, safe = self.mail, self.mail.tls
        try:
            server.ehlo_or_helo_if_needed()
            if not safe and mail.starttls and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
                safe = True
            if mail.user is None:
                return
            if not safe and not _is_here(mail.host):
                raise NotSent("the mail server offers no encryption, so the password was not sent", everybody=True)
            server.login(mail.user, mail.password or "")
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent(f"the mail server refused the sign-in ({error.smtp_code})", everybody=True) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(_why_unreachable(error), everybody=True) from None


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why_unreachable(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"no safe connection to the mail server ({error.reason or 'TLS failed'})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server is not ready ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server takes no sign-in"
    return f"the mail server cannot be reached ({_cause(error)})"


def _cause(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "its name leads nowhere"
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        return "no answer"
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else type(error).__name__


def _not_taken(error: Exception) -> NotSent:
    """What an answer means. Its text is not repeated: mail servers quote addresses in it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return NotSent(f"the mail server refused the address ({code})", for_good=code >= 500)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return NotSent(f"the mail server refused the sender ({error.smtp_code})", everybody=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return NotSent(f"the mail server refused the message ({error.smtp_code})", for_good=error.smtp_code >= 500)
    if isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        return NotSent("the address cannot be used", for_good=True)
    return NotSent(_why_unreachable(error), everybody=True)
