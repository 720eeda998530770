"""The languages of visitors' pages: those of the program, and those that a hall adds as files in the data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from server.domain import strict_json
from server.domain.field_words import one_of
from server.domain.languages import (
    BUILT_IN,
    REFUSED,
    AddedLanguage,
    LanguageProblem,
    UsualWords,
    is_code,
    read_language,
)
from server.domain.refusals import REFUSALS, VISITORS_REFUSALS, Refusal

#: The words of the pages in English and Chinese; web/catalogue.test.ts writes it and holds it to the pages.
PAGE_WORDS = Path(__file__).with_name("page_words.json")
LARGEST, MOST = 512 * 1024, 40
#: What tickets may have beside the files: the written form of the Cantonese voice too.
SPOKEN = (*BUILT_IN, "zh-HK")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a file of a language."""

    file: Path
    problem: LanguageProblem

    def sentence(self, language: str) -> str:
        """File, key, and what is wrong there."""
        one = self.problem
        said = one.zh if language.startswith("zh") else one.en
        return f"{self.file}: {one.where}: {said}" if one.where else f"{self.file}: {said}"


@dataclass(frozen=True, slots=True)
class Languages:
    """What is offered beside Chinese and English, by code, and what is wrong with the files."""

    added: Mapping[str, AddedLanguage] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that a ticket may have."""
        return (*SPOKEN, *(code for code in self.added if code not in SPOKEN))

    def words(self, code: str) -> Mapping[str, str]:
        """The words of an added language; none of another one."""
        return self.added[code].words if code in self.added else {}

    def wanted(self, tag: str) -> str | None:
        """The added language that a reader's tag names (UG, ug-CN: ug); None when there is none."""
        lower = {code.lower(): code for code in self.added}
        parts = tag.lower().split("-")
        return next((found for n in range(len(parts), 0, -1) if (found := lower.get("-".join(parts[:n])))), None)

    def checked(self, code: str | None) -> str | None:
        """The code of a ticket's language, if it may have it. Raises Refusal `invalid`."""
        if code is not None and code not in self.codes:
            raise Refusal("invalid", field="language", **one_of(self.codes))
        return code


@cache
def usual_words() -> UsualWords:
    """All that visitors read, in English and Chinese: the pages' words, and what the server refuses them."""
    pages = json.loads(PAGE_WORDS.read_text(encoding="utf-8"))
    refused = {code: REFUSALS[code] for code in VISITORS_REFUSALS}
    return UsualWords(
        en=pages["en"] | {REFUSED + code: one.en for code, one in refused.items()},
        zh=pages["zh-CN"] | {REFUSED + code: one.zh for code, one in refused.items()},
    )


def read_file(file: Path) -> tuple[AddedLanguage | None, list[FileProblem]]:
    """The language of a file, None when it cannot be offered, and all that is wrong with it."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        return _unreadable(file, f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}")
    if len(raw) > LARGEST:
        return _unreadable(file, f"is larger than {LARGEST // 1024} KB", f"超过 {LARGEST // 1024} KB")
    try:
        content = strict_json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except strict_json.NotStrict as wrong:
        return _unreadable(file, f"is not JSON in UTF-8: {wrong.reason}", f"不是 UTF-8 的 JSON：{wrong.reason_zh}")
    language, problems = read_language(file.stem, content, usual_words())
    return language, [FileProblem(file, one) for one in problems]


def _unreadable(file: Path, en: str, zh: str) -> tuple[None, list[FileProblem]]:
    return None, [FileProblem(file, LanguageProblem("", en, zh))]


def read_folder(folder: Path) -> Languages:
    """The languages of all files NAME.json of a folder, which need not be there."""
    added: dict[str, AddedLanguage] = {}
    problems: list[FileProblem] = []
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    for file in files[:MOST]:
        language, found = read_file(file)
        problems += found
        if language is not None:
            added[language.code] = language
    if len(files) > MOST:
        problems += _unreadable(
            folder, f"has more than {MOST} files: the others are left out", f"文件超过 {MOST} 个，其余的未读取"
        )[1]
    return Languages(added, tuple(problems))


def template(code: str, *, chinese: bool = False) -> str:
    """A file to be translated: every key with its English or Chinese text. Raises ValueError for a bad code."""
    if not is_code(code) or code in BUILT_IN:
        raise ValueError(code)
    usual = usual_words()
    content = {"name": code, "direction": "ltr", "words": dict(usual.zh if chinese else usual.en)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
