"""The table of REST routes: what is served is what the OpenAPI document says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from werkzeug.wrappers import Response

Handler = Callable[..., Response | tuple[Any, int] | dict[str, Any]]

#: What any route may answer.
COMMON_ERRORS = ("malformed", "method_not_allowed", "too_large", "too_many")
BY_ACCESS = {
    "public": ("bad_token",),
    "staff": ("not_signed_in", "bad_token", "forbidden", "csrf", "foreign_origin"),
    "staff or kiosk": ("not_signed_in", "bad_token", "forbidden"),
    "supervisor": ("not_signed_in", "bad_token", "forbidden", "csrf", "foreign_origin"),
    "admin": ("not_signed_in", "bad_token", "forbidden", "csrf", "foreign_origin"),
    "device": ("not_signed_in", "bad_token", "forbidden", "csrf", "foreign_origin"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One REST call.

    path: with {names}, below /api/v1. access: who may ask, a key of BY_ACCESS. body: its JSON fields, None for no
    body. query: its query parameters, name -> (required, OpenAPI schema). statuses, content_type: of its answers.
    errors: its own refusals.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    access: str
    body: type[BaseModel] | None
    query: dict[str, tuple[bool, dict[str, Any]]]
    statuses: tuple[int, ...]
    content_type: str
    errors: tuple[str, ...]


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    access: str = "public",
    body: type[BaseModel] | None = None,
    query: dict[str, tuple[bool, dict[str, Any]]] | None = None,
    statuses: tuple[int, ...] = (200,),
    content_type: str = "application/json",
    errors: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Register a handler, called with the path's names and `who` as keyword arguments; its docstring is the summary."""

    def register(handler: Handler) -> Handler:
        summary = (handler.__doc__ or "").splitlines()[0]
        ROUTES.append(Route(method, path, handler, summary, access, body, query or {}, statuses, content_type, errors))
        return handler

    return register
