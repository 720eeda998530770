"""The sentences: what is shown as caption, what the engine is given to read, and the pieces of a recorded voice.

Numbers are data and are spoken character by character; a counter up to 99 is one number. What the engine reads was
found by listening to its phonemes (tests/announcer/test_phonemes.py): `A012` as one word comes out as "A zero twelve".
"""

import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

MANDARIN, CANTONESE, ENGLISH = "zh-CN", "zh-HK", "en"
LONGEST = 120
LONGEST_NOTICE = 360

TEMPLATES = {
    MANDARIN: "请{number}号到{where}{counter}号窗口",
    CANTONESE: "請{number}號到{where}{counter}號窗口",
    ENGLISH: "Ticket {number}, please proceed to counter {counter}, {where}",
}
PLACES = {"number", "counter", "name", "where"}
#: What joins the way to its neighbours, and goes with it where nothing is said of the way.
_JOINTS = " ,，、"

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MARKUP = re.compile(r"<[^>]*>|[<>\[\]{}\\&|^`~#*_]")
_NOT_SAID = re.compile(r"[^\w ]")
_NOT_CHINESE_MARKS = re.compile(r"[^，。！？；：（）、]+")
_SENTENCE_END = re.compile(r"(?<=[。！？；.!?;，,])")


class TemplateError(ValueError):
    """A template that cannot be used; the text says why."""


@dataclass(frozen=True)
class Sentence:
    """One thing to say in one language: `shown` as caption, `spoken` by an engine, `pieces` by recorded clips."""

    language: str
    shown: str
    spoken: str
    pieces: tuple[str, ...] = ()


def clean(text: str, *, longest: int = LONGEST) -> str:
    """The text as plain words: NFKC (Chinese marks stay full-width), no markup, single spaces, at most `longest`."""
    folded = _NOT_CHINESE_MARKS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    plain = _MARKUP.sub(" ", folded)
    plain = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in plain)
    return " ".join(plain.split())[:longest]


def is_chinese(language: str) -> bool:
    """Whether the language is written in Chinese characters."""
    return language.startswith("zh")


def english_number(value: int) -> str:
    """0 to 99 in words: 21 is `twenty-one`."""
    if value < 20:
        return (_UNITS + _TEENS)[value]
    tens, unit = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_UNITS[unit]}" if unit else "")


def spell(code: str, *, language: str) -> str:
    """Letters and digits one by one: `A-B 0 1 2` in Chinese, `A, B, zero one two` in English (else A is "uh")."""
    signs = [sign for sign in clean(code).upper() if sign.isalnum()]
    if is_chinese(language):
        return re.sub(r"(?<=[A-Z]) (?=[A-Z])", "-", " ".join(signs))
    words = [_UNITS[int(sign)] if sign.isdecimal() else f"{sign}," for sign in signs]
    return " ".join(words).rstrip(",")


def spoken_counter(code: str, *, language: str) -> str:
    """A counter's code: to 99 one number, `T1` and 100 spelled, words (`VIP` apart) as they are."""
    plain = clean(code)
    if plain.isdecimal() and int(plain) <= 99:
        return str(int(plain)) if is_chinese(language) else english_number(int(plain))
    if plain.isascii() and (len(plain) <= 4 or any(sign.isdecimal() for sign in plain)):
        return spell(plain, language=language)
    return plain


def check_template(template: str) -> list[tuple[str, str | None]]:
    """The template as pairs of text and place (a name of PLACES, None at the end). Raises TemplateError."""
    try:
        parts = [(text, place) for text, place, _, _ in string.Formatter().parse(template)]
    except ValueError as error:
        raise TemplateError(f"{template!r}: {error}") from None
    places = {place for _, place in parts if place is not None}
    if not places <= PLACES:
        raise TemplateError(f"{template!r}: only {{number}}, {{counter}}, {{name}}, {{where}} can be filled in")
    if "number" not in places:
        raise TemplateError(f"{template!r}: {{number}} is missing")
    return parts


def call_sentence(
    *,
    language: str,
    number: str,
    counter: str,
    name: str = "",
    where: str = "",
    template: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Sentence:
    """The call of a ticket to a counter (`counter` its code, `name` its name, `where` the way, in that language).

    Raises KeyError for a language without a template of its own and none given, TemplateError for a bad template.
    """
    overrides = overrides or {}
    counter_said = overrides.get(counter) or spoken_counter(counter, language=language)
    spoken = {
        "number": spell(number, language=language),
        "counter": counter_said,
        "name": _override(clean(name), overrides),
        "where": _override(clean(where), overrides),
    }
    shown = {"number": number, "counter": counter, "name": name, "where": where}
    recorded = {
        "number": tuple(sign for sign in number.upper() if sign.isalnum()),
        "counter": (counter,),
        "name": (name,),
        "where": (where,) if where else (),
    }
    said, seen, pieces = "", "", []
    for text, place in _parts(template or TEMPLATES[language], where):
        said += _override(_breath(text), overrides)
        seen += text
        pieces += [piece_of(text)] if piece_of(text) else []
        if place:
            said += f" {spoken[place]} "
            seen += shown[place]
            pieces += recorded[place]
    return Sentence(language, clean(seen), _read_out(said), tuple(pieces))


def _parts(template: str, where: str) -> list[tuple[str, str | None]]:
    """The parts of a template; without a way its place goes, and the comma that joined it."""
    parts: list[tuple[str, str | None]] = []
    joint = False
    for text, place in check_template(template):
        rest = text.lstrip(_JOINTS.replace(" ", "")) if joint else text
        joint = place == "where" and not where
        parts.append((rest.rstrip(_JOINTS), None) if joint else (rest, place))
    return parts


def notice_sentences(text: str, *, language: str, overrides: Mapping[str, str] | None = None) -> list[Sentence]:
    """A notice as one or more sentences of at most 120 characters, cut where it pauses when it is longer."""
    parts: list[str] = []
    for clause in _SENTENCE_END.split(clean(text, longest=LONGEST_NOTICE)):
        if parts and len(parts[-1]) + len(clause) <= LONGEST:
            parts[-1] += clause
        else:
            parts.extend(clause[start : start + LONGEST] for start in range(0, len(clause), LONGEST))
    return [Sentence(language, part.strip(), _read_out(_override(part, overrides or {}))) for part in parts]


def piece_of(text: str) -> str:
    """The name of a recorded piece of a template: its words without marks, `号，到` is `号到`."""
    return " ".join(_NOT_SAID.sub(" ", text).split()).lower()


def units(spoken: str) -> int:
    """How many things are said: Chinese characters, digits and words; for the expected length."""
    return len(re.findall(r"[\u3400-\u9fff]|\d|[A-Za-z'-]+", spoken))


def _breath(text: str) -> str:
    """Chinese needs a pause between the number and the way: without it the two run together."""
    return re.sub(r"^([号號])到", r"\1，到", text)


def _override(text: str, overrides: Mapping[str, str]) -> str:
    for written in sorted(overrides, key=len, reverse=True):
        if len(written) > 1:  # a single sign stands for a counter, not for every place where it is written
            text = text.replace(written, overrides[written])
    return text


def _read_out(text: str) -> str:
    """Single spaces, and full Chinese marks: espeak makes no pause at a half-width comma after a Chinese sign."""
    plain = re.sub(r"(?<=[\u3400-\u9fff])\s*,\s*", "，", clean(text, longest=2 * LONGEST))
    return re.sub(r"\s+([,，])", r"\1", plain)
