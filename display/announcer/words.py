"""In which language the announcer speaks to its terminal: Chinese where the settings name it, else English."""

import locale
import os
from collections.abc import Mapping


def chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """By the first of LC_ALL, LC_MESSAGES and LANG that is set, else by the system's own setting."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return environ[name].lower().startswith("zh")
    return (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese"))


def words(en: str, zh: str) -> str:
    """The sentence in the terminal's language."""
    return zh if chinese() else en
