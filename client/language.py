"""In which language the commands of this room speak: Chinese where the terminal's settings name it, else English."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

Language = str
"""`zh-CN` or `en`."""


def preferred_language(environment: Mapping[str, str] = os.environ) -> Language:
    """By the first of LC_ALL, LC_MESSAGES and LANG that is set, else by the system's own setting."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return _language_of(value)
    return _language_of(locale.getlocale()[0] or "")


def words(en: str, zh: str, language: Language | None = None) -> str:
    """The sentence in `language`, in the terminal's own when none is named."""
    return zh if (language or preferred_language()) == "zh-CN" else en


def _language_of(setting: str) -> Language:
    return "zh-CN" if setting.lower().startswith(("zh", "chinese")) else "en"
