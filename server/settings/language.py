"""The language of the terminal: Chinese where its settings name it, else English."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping


def chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this terminal's language is Chinese: LC_ALL, LC_MESSAGES, LANG, else the system's own setting."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return environ[name].lower().startswith("zh")
    return (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese"))


def words(en: str, zh: str) -> str:
    """The sentence in the terminal's language."""
    return zh if chinese() else en


def language() -> str:
    """The terminal's language as the server names it."""
    return "zh-CN" if chinese() else "en"
