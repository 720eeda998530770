"""A table that somebody saved from a spreadsheet, with what spreadsheets leave in it that nobody sees."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category, normalize

#: What may part columns: a spreadsheet writes the one of its country, or tabs when its cells were copied.
_SEPARATORS = ",;\t"
#: How spreadsheets keep a text from becoming a number: ="001" and '001.
_KEPT_AS_TEXT = re.compile(r"=\"(.*)\"|'(.*)")


class SheetError(ValueError):
    """A quotation mark is not closed or stands in a wrong place; `line` is where the trouble begins."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something: where it ends, its values by column in lower case, and whether it has too many."""

    line: int
    values: Mapping[str, str]
    too_many: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The names of the columns, in lower case, and the rows with anything in them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8 or UTF-16, with or without its mark; None for another encoding."""
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            try:
                return content.decode("utf-16")
            except UnicodeDecodeError:
                return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def cleaned(value: str | None) -> str:
    """A cell as it was meant: full width folded, no signs that nobody sees, one kind of blank, none around it."""
    folded = normalize("NFKC", value or "")
    kinds = [(sign, category(sign)) for sign in folded]
    seen = "".join(" " if kind[0] == "Z" or kind == "Cc" else sign for sign, kind in kinds if kind != "Cf")
    bare = " ".join(seen.split())
    kept = _KEPT_AS_TEXT.fullmatch(bare)
    return (kept[1] if kept[1] is not None else kept[2]).strip() if kept else bare


def read_sheet(text: str) -> Sheet:
    """The table in a text. Rows and columns without anything in them do not count. Raises SheetError."""
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        return Sheet((), ())
    names = tuple(cleaned(name).lower() for name in first[1])
    rows = []
    for line, cells in lines:
        values = [cleaned(cell) for cell in cells]
        rest = any(values[len(names) :])
        named = {name: value for name, value in zip(names, [*values, *[""] * len(names)], strict=False) if name}
        stray = any(value for name, value in zip(names, values, strict=False) if not name)
        rows.append(Row(line, named, rest or stray))
    return Sheet(tuple(name for name in names if name), tuple(rows))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines with anything in them, each with its number in the file."""
    text = text.removeprefix("\ufeff")
    skipped = 0
    told = re.match(r"\"?sep=(.)\"?\r?\n", text, re.IGNORECASE)
    if told:
        text, skipped = text[told.end() :], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else _separator(text), strict=True)
    line = skipped
    try:
        for cells in reader:
            line = reader.line_num + skipped
            if any(cleaned(cell) for cell in cells):
                yield line, cells
    except csv.Error:
        raise SheetError(line + 1) from None


def _separator(text: str) -> str:
    """The one that stands most often in the first line that says anything."""
    head = next((line for line in text.splitlines() if line.strip(_SEPARATORS + ' \u00a0\ufeff"')), "")
    return max(_SEPARATORS, key=head.count)
