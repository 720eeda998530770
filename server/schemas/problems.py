"""What is wrong with a hall file: each problem with its path in the JSON and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from server.schemas.patterns import WORDS


class _Says(NamedTuple):
    en: str
    zh: str


_MUST_BE = {
    "missing": _Says("is missing", "缺少此项"),
    "extra_forbidden": _Says("is not a name that belongs here", "此处不应有这一项"),
    "string_type": _Says("must be a text", "必须是文本"),
    "int_type": _Says("must be a whole number", "必须是整数"),
    "int_from_float": _Says("must be a whole number", "必须是整数"),
    "float_type": _Says("must be a number", "必须是数字"),
    "finite_number": _Says("must be a number", "必须是数字"),
    "bool_type": _Says("must be true or false", "必须是 true 或 false"),
    "list_type": _Says("must be a list", "必须是列表"),
    "dict_type": _Says("must be an object", "必须是对象"),
    "model_type": _Says("must be an object", "必须是对象"),
    "model_attributes_type": _Says("must be an object", "必须是对象"),
    "literal_error": _Says("must be one of {expected}", "必须是以下之一：{expected}"),
    "string_too_short": _Says("must have at least {min_length} characters", "至少 {min_length} 个字符"),
    "string_too_long": _Says("must have at most {max_length} characters", "最多 {max_length} 个字符"),
    "too_short": _Says("must have at least {min_length} entries", "至少要有 {min_length} 项"),
    "too_long": _Says("must have at most {max_length} entries", "最多 {max_length} 项"),
    "greater_than": _Says("must be greater than {gt}", "必须大于 {gt}"),
    "greater_than_equal": _Says("must be at least {ge}", "不能小于 {ge}"),
    "less_than_equal": _Says("must be at most {le}", "不能大于 {le}"),
    "time_zone": _Says("must be a time zone such as Asia/Shanghai", "必须是时区名称，例如 Asia/Shanghai"),
    "prefix": _Says('must be up to three capital letters, or "" for none', '必须是最多三个大写字母，没有前缀时填 ""'),
    "date": _Says("must be a date such as 2026-10-01", "必须是日期，例如 2026-10-01"),
    "said": _Says("{en}", "{zh}"),
    "template": _Says(
        "must contain {{number}}; only {{number}}, {{counter}}, {{name}} and {{where}} can be filled in",
        "必须包含 {{number}}，且只能使用 {{number}}、{{counter}}、{{name}}、{{where}}",
    ),
}
_EMPTY = _Says("must not be empty", "不能为空")
_PATTERNS = {
    **{pattern: _Says(*said) for pattern, said in WORDS.items()},
    r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$": _Says(
        "must be a time such as 09:00; a day ends at 24:00", "必须是时间，例如 09:00；一天到 24:00 为止"
    ),
    r"^([01]\d|2[0-3]):[0-5]\d$": _Says("must be a time such as 04:00", "必须是时间，例如 04:00"),
    r"^\d{4}-\d\d-\d\d$": _MUST_BE["date"],
}
_CODE = _Says(
    "must be letters, digits, '_', '-' or '.' and begin with none of the last two",
    "只能包含字母、数字、“_”“-”“.”，且不能以“-”或“.”开头",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. path: where in the JSON, e.g. `services[3].counter_type`, "" for the whole."""

    path: str
    en: str
    zh: str

    def sentence(self, language: str) -> str:
        """The path and what is wrong there."""
        said = self.zh if language.startswith("zh") else self.en
        whole = "文件" if language.startswith("zh") else "the file "
        return f"{self.path}: {said}" if self.path else f"{whole}{said}"


class HallFileError(ValueError):
    """A hall file that cannot be used; `problems` are all that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.sentence("en") for problem in problems))
        self.problems = list(problems)


def path_of(parts: Sequence[str | int]) -> str:
    """`("services", 3, "name")` as `services[3].name`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def problems_of(error: ValidationError) -> list[Problem]:
    """All that a model found wrong, in the order of the file."""
    found: dict[str, Problem] = {}
    for one in error.errors(include_url=False, include_input=False):
        if one["type"] == "default_factory_not_called":
            continue  # a default that needs what was found wrong already
        # "[key]" is how pydantic says that the key itself is wrong; names of union members are its own business.
        parts = [part for part in one["loc"] if part not in ("[key]", "dict[str,any]") and not _is_union(part)]
        path = path_of(parts)
        found.setdefault(path, _problem(path, one["type"], one.get("ctx", {})))
    return list(found.values())


def _is_union(part: str | int) -> bool:
    return isinstance(part, str) and part.startswith("literal[")


def words_for(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """What must be, in English and Chinese, for a kind of pydantic's errors."""
    return _filled(_says(kind, context), context)


def _problem(path: str, kind: str, context: dict[str, Any]) -> Problem:
    return Problem(path, *words_for(kind, context))


def _says(kind: str, context: dict[str, Any]) -> _Says:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], _CODE)
    if kind == "string_too_short" and context["min_length"] == 1:
        return _EMPTY
    return _MUST_BE.get(kind) or _Says("is not usable", "无法使用")


def _filled(says: _Says, context: dict[str, Any]) -> tuple[str, str]:
    filled = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    if "expected" in filled:
        filled["expected"] = filled["expected"].replace(" or ", ", ")
    return says.en.format(**filled), says.zh.format(**filled)
