"""By what a service is found when somebody types: its Chinese name in pinyin, and the initials of that."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from unicodedata import normalize


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """A name as people type it, in lower case and without spaces: `hukoubanli` and `hkbl`. ü is v, as on a keyboard.

    Letters and digits of the name stand in both as they are, other signs in neither.
    """

    pinyin: str
    initials: str


@lru_cache(maxsize=5000)
def search_keys(name: str) -> SearchKeys:
    """The keys of a name in Chinese; characters of several readings are read as their phrase has them."""
    # Its dictionary takes 0.2 s and 55 MB: a command that shows no hall shall not pay for it.
    from pypinyin import Style, lazy_pinyin

    plain = normalize("NFKC", name).casefold()
    whole, first = (lazy_pinyin(plain, style=style, errors=_signs) for style in (Style.NORMAL, Style.FIRST_LETTER))
    return SearchKeys("".join(whole), "".join(first))


def _signs(run: str) -> str:
    """Letters and digits of a run without pinyin."""
    return "".join(filter(str.isalnum, normalize("NFKD", run)))


def written(name: str) -> dict[str, str]:
    """The keys as a hall's view has them."""
    return asdict(search_keys(name))
