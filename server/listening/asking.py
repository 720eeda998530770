"""What a request says of itself at every door, REST and socket: the cookie of a sign-in, and the language."""

from __future__ import annotations

from flask import request

COOKIE = "hallcall_session"


def language() -> str:
    """The language to answer in: the first of Chinese (of any kind) and English that the client names, else English."""
    named = [tag.lower() for tag in request.accept_languages.values()]
    first = next((tag for tag in named if tag.startswith(("zh", "en"))), "en")
    return "zh-CN" if first.startswith("zh") else "en"
