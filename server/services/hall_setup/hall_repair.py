"""Telling all that is wrong with a hall file at once: what could not be read is filled in, so that the rest is checked.

A file whose parts have wrong types cannot be checked as a whole. Its wrong places are replaced by plain values here,
only to find what else does not fit together; nothing of that is ever kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from server.schemas.problems import Problem, path_of
from server.services.hall_setup.hall_checks import check
from server.services.hall_setup.hall_model import HallFile

ROUNDS = 6
_TEXT = {"zh-CN": "?", "en": "?"}
#: What stands in for a field that must be there; anything else is left out.
_FILLED: dict[str, Any] = {
    "name": _TEXT,
    "proof": _TEXT,
    "zh-CN": "?",
    "en": "?",
    "hours": {},
    "share": 1,
    "classes": ["ordinary"],
}


def further_problems(content: Any, wrong: ValidationError) -> list[Problem]:
    """What else does not fit together in a file, beyond what could not be read; none when too much of it is wrong."""
    repaired, touched = deepcopy(content), set[str]()
    for _ in range(ROUNDS):
        for one in wrong.errors(include_url=False, include_input=False, include_context=False):
            _mend(repaired, [part for part in one["loc"] if not _is_inner(part)], touched)
        try:
            file = HallFile.model_validate(repaired)
        except ValidationError as left:
            wrong = left
        else:
            return [problem for problem in check(file) if not _doubtful(problem, touched)]
    return []


def _is_inner(part: int | str) -> bool:
    """Pydantic's own words in a place: the key of a dictionary, a member of a union."""
    return isinstance(part, str) and (part == "[key]" or "[" in part)


def _mend(content: Any, place: Sequence[int | str], touched: set[str]) -> None:
    """Put a plain value at a wrong place, or take it away."""
    if not place or not isinstance(content, dict):
        return
    touched.add(path_of(place))
    holder: Any = content
    for part in place[:-1]:
        try:
            holder = holder[part]
        except (KeyError, IndexError, TypeError):
            return
    last = place[-1]
    if isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = {} if isinstance(holder[last], dict) or len(place) == 2 else holder[-1]
    elif isinstance(holder, dict):
        holder.pop(last, None)
        _fill(content, holder, str(last), place)


def _fill(content: dict[str, Any], holder: dict[str, Any], field: str, place: Sequence[int | str]) -> None:
    number = next((part for part in place if isinstance(part, int)), 0)
    if field == "code":
        holder[field] = f"unknown-{place[0]}-{number}"
    elif field == "prefix":
        holder[field] = f"{chr(65 + number % 8)}{chr(74 + number // 8 % 4)}"
    elif field in ("counter_type", "zone"):
        holder[field] = _first_code(content, f"{field}s")
    elif field == "counter_types" and place[0] == "counters":
        holder[field] = [_first_code(content, field)]
    elif field in _FILLED:
        holder[field] = deepcopy(_FILLED[field])


def _first_code(content: dict[str, Any], name: str) -> str:
    parts = content.get(name)
    first = parts[0] if isinstance(parts, list) and parts else {}
    return str(first.get("code", "?")) if isinstance(first, dict) else "?"


def _doubtful(problem: Problem, touched: set[str]) -> bool:
    """Whether a problem is about what was filled in, not about what the file says."""
    about = any(problem.path.startswith(path) or path.startswith(f"{problem.path}.") for path in touched)
    return about or "unknown-" in problem.en or "'?'" in problem.en
