"""How the written fields of requests look, and what is said of one that looks otherwise."""

from __future__ import annotations

from typing import Any
from unicodedata import category, normalize

from pydantic_core import PydanticCustomError

from server.domain.hours import YEARS

CODE = r"^[\w.\-]+$"
NUMBER = r"^[A-Za-z]{0,3}\d{1,8}$"
PHONE = r"^(\(?\+)?\(?[0-9][0-9 \-().\/]{4,27}$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
ID_NUMBER = r"^[A-Za-z0-9][A-Za-z0-9 \-().\/×]{3,39}$"
LAST_DIGITS = r"^\d{4}$"
RANDOM = r"^[A-Za-z0-9_-]{21}[AQgw]$"
PREFIX = r"^[A-Z]{0,3}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

TIME_ZH = f"必须是带时差的时间，例如 2026-10-01T09:00:00+08:00（{YEARS.start} 至 {YEARS.stop - 1} 年）"

#: For each pattern what must be, in English and Chinese.
WORDS = {
    CODE: ("must be letters, digits, '_', '-' or '.'", "只能包含文字、数字、“_”“-”“.”"),
    NUMBER: ("must be a number such as A012 or 512", "必须是号码，例如 A012 或 512"),
    PHONE: (
        "must be a phone number: digits, blanks, brackets and '-', a '+' at most in front",
        "必须是电话号码：数字、空格、括号和“-”，开头可有“+”",
    ),
    EMAIL: ("must be an address such as name@example.org", "必须是邮箱地址，例如 name@example.org"),
    ID_NUMBER: ("must be an ID number: 4 to 30 letters and digits", "必须是证件号码：4 至 30 位字母和数字"),
    RANDOM: ("must be 16 random bytes as base64url, 22 characters", "必须是 16 个随机字节的 base64url，共 22 个字符"),
    PREFIX: ("must be up to three capital letters", "必须是最多三个大写字母"),
    DAY: ("must be a date such as 2026-10-01", "必须是日期，例如 2026-10-01"),
    LANGUAGE: ("must be a language's code such as zh-CN or ug", "必须是语言代码，例如 zh-CN 或 ug"),
    LAST_DIGITS: ("must be four digits", "必须是四位数字"),
}


#: Hyphens and dashes as keyboards and spreadsheets write them.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc", "-"))


def plainly(value: Any) -> Any:
    """A written field with full width folded, hyphens as `-`, one kind of space, and without signs that nobody sees."""
    if not isinstance(value, str):
        return value
    folded = normalize("NFKC", value).translate(_DASHES)
    return "".join(" " if category(sign) == "Zs" else sign for sign in folded if category(sign) != "Cf").strip()


def wrong(en: str, zh: str) -> PydanticCustomError:
    """What a check of a field raises: the sentence that says what must be, in both languages."""
    return PydanticCustomError("said", "{en}", {"en": en, "zh": zh})
