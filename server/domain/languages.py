"""A visitors' language that a hall adds by a file: its words for the pages, checked one by one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from server.domain.plain_text import has_control

#: What the pages speak without a file, with their own names.
BUILT_IN: Mapping[str, str] = {"zh-CN": "中文", "en": "English"}
#: A language, maybe its script, maybe its country: ug, ug-Arab, pt-BR, zh-HK.
CODE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
#: As a ticket keeps it.
LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT = 10, 40, 500
FIELDS = frozenset({"name", "direction", "words"})
#: Words that the server fills; the others are filled by the pages.
REFUSED = "refusals."
_GAP = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")
_OPTIONAL = re.compile(r"\[[^\]]*\]")
_PLAIN_GAP = re.compile(r"\{(\w+)\}")

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class AddedLanguage:
    """A language with its own name for itself and its words by key; what it lacks is said in English."""

    code: str
    name: str
    direction: Direction
    words: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class LanguageProblem:
    """What is wrong with a language's file. where: the key, "" for the whole; the text of such a key is not used."""

    where: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class UsualWords:
    """What the program says without a file, by key: the keys are all that a file may have."""

    en: Mapping[str, str]
    zh: Mapping[str, str]

    def may_be_empty(self, key: str) -> bool:
        """Whether a part of a sentence has no words in one of the languages."""
        return not (self.en[key] and self.zh[key])


def is_code(text: str) -> bool:
    """Whether a text is a language's code as files and tickets have it."""
    return len(text) <= LONGEST_CODE and CODE.fullmatch(text) is not None


def read_language(code: str, content: Any, usual: UsualWords) -> tuple[AddedLanguage | None, list[LanguageProblem]]:
    """The language that a file's JSON holds, None when it cannot be offered, and what is wrong with it."""
    problems = list(_whole_wrong(code, content))
    if problems:
        return None, problems
    problems += [_unknown(name) for name in content if name not in FIELDS]
    words: dict[str, str] = {}
    for key, text in content["words"].items():
        wrong = _unknown(key) if key not in usual.en else _text_wrong(key, text, usual)
        if wrong:
            problems.append(wrong)
        elif text or usual.may_be_empty(key):
            words[key] = text
    problems += [one for key, text in words.items() if (one := _lacks_gaps(key, text, usual))]
    return AddedLanguage(code, content["name"].strip(), content["direction"], words), problems


def translated(language: AddedLanguage, usual: UsualWords) -> int:
    """How many of the words are other than the English and the Chinese ones."""
    return sum(text not in (usual.en[key], usual.zh[key]) for key, text in language.words.items())


def _whole_wrong(code: str, content: Any) -> Iterator[LanguageProblem]:
    if code in BUILT_IN:
        yield LanguageProblem("", f"{code} is built in and needs no file", f"{code} 是内置语言，不需要文件")
    elif not is_code(code):
        yield LanguageProblem(
            "",
            "the file's name must be a language's code, such as ug.json or zh-HK.json",
            "文件名必须是语言代码，例如 ug.json 或 zh-HK.json",
        )
    elif not isinstance(content, dict):
        yield LanguageProblem("", "must be an object", "必须是对象")
    else:
        yield from _fields_wrong(content)


def _fields_wrong(content: dict[str, Any]) -> Iterator[LanguageProblem]:
    name = content.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or has_control(name):
        yield LanguageProblem(
            "name",
            f"must be the language's own name, of 1 to {LONGEST_NAME} characters",
            f"必须是该语言自己的名称，1 至 {LONGEST_NAME} 个字符",
        )
    if content.get("direction") not in ("ltr", "rtl"):
        yield LanguageProblem("direction", 'must be "ltr" or "rtl"', '必须是 "ltr" 或 "rtl"')
    if not isinstance(content.get("words"), dict):
        yield LanguageProblem("words", "must be an object of texts", "必须是由文字组成的对象")


def _unknown(key: str) -> LanguageProblem:
    shown = key if len(key) <= LONGEST_NAME and not has_control(key) else f"{key[:LONGEST_NAME]!r}..."
    return LanguageProblem(shown, "there is no such key", "没有这一项")


def _text_wrong(key: str, text: Any, usual: UsualWords) -> LanguageProblem | None:
    if not isinstance(text, str):
        return LanguageProblem(key, "must be a text", "必须是文本")
    if len(text) > LONGEST_TEXT:
        return LanguageProblem(key, f"must have at most {LONGEST_TEXT} characters", f"最多 {LONGEST_TEXT} 个字符")
    if has_control(text):
        return LanguageProblem(
            key,
            "must not contain control characters or signs that turn the direction",
            "不能包含控制字符或改变文字方向的符号",
        )
    gap = _PLAIN_GAP if key.startswith(REFUSED) else _GAP
    if any(sign in gap.sub("", text) for sign in "{}"):
        return LanguageProblem(
            key,
            "its braces are wrong: copy what stands in them from the English text",
            "大括号有误，请照抄英文中的写法",
        )
    if foreign := sorted(gaps(text) - gaps(usual.en[key]) - gaps(usual.zh[key])):
        listed = ", ".join(f"{{{name}}}" for name in foreign)
        return LanguageProblem(key, f"nothing fills {listed} there", f"此处没有 {listed}")
    return None


def _lacks_gaps(key: str, text: str, usual: UsualWords) -> LanguageProblem | None:
    lacking = sorted(gaps(_needed(usual.en[key])) & gaps(_needed(usual.zh[key])) - gaps(text))
    if not lacking:
        return None
    listed = ", ".join(f"{{{name}}}" for name in lacking)
    return LanguageProblem(key, f"leaves out {listed}", f"缺少 {listed}")


def _needed(text: str) -> str:
    """A text without what is said only where it is known."""
    return _OPTIONAL.sub("", text)


def gaps(text: str) -> set[str]:
    """The names that are filled in a text."""
    return {found[1] for found in _GAP.finditer(text)}
