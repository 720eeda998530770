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
    # Without recursion: JSON may be nested more deeply than functions may call each other. The last is looked at next.
    left: list[tuple[Path, Any, bool]] = [((), content, several_lines)]
    while left:
        path, value, several = left.pop()
        if isinstance(value, str):
            if has_control(value, several_lines=several):
                yield path
        elif isinstance(value, dict):
            if any(has_control(str(name)) for name in value):
                yield path
            left += [
                ((*path, str(name)), inner, several or name in SEVERAL_LINES)
                for name, inner in reversed(value.items())
                if name not in _UNSEEN and not has_control(str(name))
            ]
        elif isinstance(value, list):
            left += [((*path, index), inner, several) for index, inner in reversed(list(enumerate(value)))]


def _steers(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f" or sign in _SEPARATORS or sign in _TURNING
