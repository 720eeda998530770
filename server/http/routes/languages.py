"""The languages of visitors' pages."""

from __future__ import annotations

from typing import Any

from server.domain.languages import BUILT_IN, AddedLanguage
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.route_table import route
from server.services.runtime.actor import Actor


@route("GET", "/languages")
def languages(who: Actor) -> dict[str, Any]:
    """The languages that visitors' pages speak: Chinese, English, and those that the hall has added by files."""
    built_in = [{"code": code, "name": name, "direction": "ltr"} for code, name in BUILT_IN.items()]
    return {"languages": built_in + [_head(one) for one in app().deployment.languages.added.values()]}


@route("GET", "/languages/{code}", errors=("unknown_language",))
def language(code: str, who: Actor) -> dict[str, Any]:
    """The words of an added language by key; those that it lacks are said in English."""
    found = app().deployment.languages.added.get(code)
    if found is None:
        raise Refusal("unknown_language", code=code)
    return _head(found) | {"words": found.words}


def _head(one: AddedLanguage) -> dict[str, Any]:
    return {"code": one.code, "name": one.name, "direction": one.direction}
