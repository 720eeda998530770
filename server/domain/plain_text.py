"""Text that people can read: none of the signs that steer a machine (NUL, escape, a line's end, a turned direction)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Names of fields in which a line may end, also in what they hold.
SEVERAL_LINES = frozenset({"note", "text", "texts"})
#: Kept as a hash and shown nowhere.
_UNSEEN = frozenset({"password"})
_LINE_ENDS = frozenset("\n\r")
#: Line and paragraph separator of Unicode.
_SEPARATORS = frozenset((chr(0x2028), chr(0x2029)))
#: What turns the direction of the text around it (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069): a name with one
#: would make others read wrongly.
_TURNING = frozenset(chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

REASON, REASON_ZH = "must not contain control characters", "不能包含控制字符"

Path = tuple[str | int, ...]


def has_control(text: str, *, several_lines: bool = False) -> bool:
    """Whether a control character stands in it; the end of a line is one unless there may be several."""
    return any(_steers(sign) and not (several_lines and sign in _LINE_ENDS) for sign in text)


def controls_in(content: Any, *, several_lines: bool = False) -> Iterator[Path]:
    """Where in parsed JSON a text has a control character; for a name that has one, the object that it stands in."""
    if isinstance(content, str):
        if has_control(content, several_lines=several_lines):
            yield ()
    elif isinstance(content, dict):
        for name, value in content.items():
            if has_control(str(name)):
                yield ()
            elif name not in _UNSEEN:
                inside = controls_in(value, several_lines=several_lines or name in SEVERAL_LINES)
                yield from ((str(name), *path) for path in inside)
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from ((index, *path) for path in controls_in(value, several_lines=several_lines))


def _steers(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f" or sign in _SEPARATORS or sign in _TURNING
