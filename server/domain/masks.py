"""What of a name, a phone number or an e-mail address may be shown."""

from __future__ import annotations


def name(text: str) -> str:
    """The first letter: 陈大文 as 陈**."""
    return text[:1] + "*" * max(len(text) - 1, 1)


def phone(text: str) -> str:
    """The last four digits: 13800138000 as *******8000."""
    digits = "".join(letter for letter in text if letter.isdigit())
    return "*" * max(len(digits) - 4, 3) + digits[-4:]


def email(text: str) -> str:
    """The first letter and the host: chen@example.cn as c***@example.cn."""
    before, _, host = text.partition("@")
    return f"{before[:1]}***@{host}"
