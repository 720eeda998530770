"""When two writings mean the same person: phone numbers, IDs, e-mail addresses and names, however they were typed.

Each function gives a key; equal keys are the same person's. Keys are hashed before they are kept.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from unicodedata import category, combining, normalize
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from opencc_purepy import OpenCC
    from phonenumbers import PhoneNumber

#: Where a number is looked for that is none of the hall's own country: people travel between these.
_NEIGHBOURS = ("CN", "HK", "MO", "TW")
_CHINA = "86"
#: Letters that no normal form takes apart, as the search for services has them.
_WHOLE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "×": "x"})
#: Letters by their category that people type as a dot between two parts of a name.
_DOTS = frozenset("\ua78f\u119e\u318d\u4e36")
#: Marks that make another letter of a kana; accents over a letter do not.
_VOICED = frozenset("\u3099\u309a")
_LETTERS = frozenset(("Ll", "Lu", "Lo", "Mn", "Mc", "Nd", "Nl"))
_REPEATED = "\u3005"
_ACCENTS = (
    range(0x0300, 0x0370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
    range(0x0591, 0x05C8),
    range(0x064B, 0x0660),
    range(0x0670, 0x0671),
)
_KATAKANA, _TO_HIRAGANA = range(0x30A1, 0x30F7), 0x60
#: Mail hosts that ignore dots before the @.
_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


@cache
def country_of(zone: str) -> str:
    """The country (ISO 3166) whose clock a time zone is, by its IANA name; China for one that names none."""
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and line.split("\t")[2] == zone:
            return line.split("\t")[0]
    return {"Hongkong": "HK"}.get(zone, "CN")


def phone_key(phone: str, zone: ZoneInfo) -> str:
    """The digits of a number with its country, of a Chinese one without; those typed alone when it is no number."""
    return _phone_key(normalize("NFKC", phone), country_of(zone.key))


def is_phone(phone: str, zone: ZoneInfo) -> bool:
    """Whether somebody can have that number: of the hall's country, of a neighbour, or with its country's code."""
    return _full_number(normalize("NFKC", phone), country_of(zone.key)) is not None


def phone_example(zone: ZoneInfo) -> str:
    """What a mobile number of the hall's country looks like there."""
    import phonenumbers as numbers

    countries = (country_of(zone.key), _NEIGHBOURS[0])
    examples = (numbers.example_number_for_type(country, numbers.PhoneNumberType.MOBILE) for country in countries)
    found = next(example for example in examples if example is not None)
    return str(numbers.format_number(found, numbers.PhoneNumberFormat.NATIONAL))


@lru_cache(maxsize=1000)
def _phone_key(phone: str, country: str) -> str:
    full = _full_number(phone, country)
    if full is not None:
        return full.removeprefix("+").removeprefix(_CHINA)
    typed = "".join(letter for letter in phone if letter.isdigit())
    return typed.removeprefix("00").removeprefix(_CHINA) if len(typed) > 11 else typed


@lru_cache(maxsize=1000)
def _full_number(phone: str, country: str) -> str | None:
    """The number as E.164 writes it; None for what no country gives."""
    import phonenumbers as numbers

    for region in dict.fromkeys((country, *_NEIGHBOURS)):
        try:
            number = numbers.parse(phone, region)
        except numbers.NumberParseException:
            continue
        if numbers.is_valid_number(number) and (region == country or _is_whole(phone, number)):
            return str(numbers.format_number(number, numbers.PhoneNumberFormat.E164))
    return None


def _is_whole(phone: str, number: PhoneNumber) -> bool:
    """Whether all digits were typed that a number has in its own country, or with its country's code.

    One digit too many in Hong Kong is no number of Taiwan without its zero.
    """
    import phonenumbers as numbers

    typed = "".join(letter for letter in phone if letter.isdigit())
    there = "".join(filter(str.isdigit, numbers.format_number(number, numbers.PhoneNumberFormat.NATIONAL)))
    abroad = numbers.format_number(number, numbers.PhoneNumberFormat.E164).removeprefix("+")
    return typed in (there, abroad, f"00{abroad}")


def id_key(id_number: str) -> str:
    """Letters and digits of an ID in capitals: no spaces, hyphens or brackets; × is X."""
    plain = normalize("NFKC", id_number).replace("×", "X").upper()
    return "".join(letter for letter in plain if letter.isalnum())


def mail_key(address: str) -> str:
    """An address without what its owner may put after a +, and as its host reads it."""
    box, _, host = normalize("NFKC", address).strip().casefold().rpartition("@")
    box = box.partition("+")[0] or box
    if host in _DOTLESS:
        box, host = box.replace(".", ""), _DOTLESS[host]
    return f"{box}@{host}"


@lru_cache(maxsize=5000)
def name_key(name: str) -> str:
    """A name's letters alone, as whoever types it sees them.

    Width, case, accents, spaces, dots, hyphens, apostrophes and unseen signs do not count; katakana is hiragana,
    traditional characters are simplified ones, letters of other scripts that look like Latin ones are these.
    """
    folded = normalize("NFKD", normalize("NFKC", name).casefold()).translate(_WHOLE)
    bare = "".join(sign for sign in folded if not (combining(sign) and _is_accent(sign)))
    letters: list[str] = []
    for sign in normalize("NFC", bare):
        if sign == _REPEATED and letters:
            letters.append(letters[-1])
        elif _counts(sign):
            letters.append(_alike(sign))
    return _simplified("".join(letters))


def _is_accent(sign: str) -> bool:
    return sign not in _VOICED and any(ord(sign) in marks for marks in _ACCENTS)


def _counts(sign: str) -> bool:
    """Letters, digits and the signs that belong to a letter; no modifiers, as the hyphen between kana is one."""
    kind = category(sign)
    variant = 0xFE00 <= ord(sign) <= 0xFE0F or ord(sign) >= 0xE0100
    return kind in _LETTERS and sign not in _DOTS and not variant


def _alike(sign: str) -> str:
    if ord(sign) in _KATAKANA:
        return chr(ord(sign) - _TO_HIRAGANA)
    return _latin().get(sign, sign)


@cache
def _latin() -> dict[str, str]:
    """Small letters of other scripts -> the one Latin letter that each is confused with, by Unicode's table."""
    from confusable_homoglyphs.confusables import confusables_data

    found = {}
    for sign, others in confusables_data.items():
        likes = {one["c"].casefold() for one in others} & set("abcdefghijklmnopqrstuvwxyz")
        if len(sign) == 1 and sign.isalpha() and not sign.isascii() and len(likes) == 1:
            found[sign] = likes.pop()
    return found


def _simplified(text: str) -> str:
    """Characters as the mainland writes them; a text without any is not looked at."""
    if not any("\u3400" <= sign <= "\u9fff" or sign > "\U0001ffff" for sign in text):
        return text
    return "".join(_converter().convert(sign) for sign in text)


@cache
def _converter() -> OpenCC:
    from opencc_purepy import OpenCC

    return OpenCC("t2s")


def make_ready() -> None:
    """Read the tables now, which takes a third of a second, and not while somebody waits."""
    name_key("陈\u0430")
    _phone_key("13800138000", "CN")
