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
KINDS = ("display", "kiosk", "announcer", "printer")
#: For a route that tells a device what it tells everybody, of any hall.
AS_PUBLIC = KINDS
#: No device uses a route of these.
_OF_PEOPLE = frozenset({"staff", "supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Route:
    """One REST call.

    path: with {names}, below /api/v1. access: who may ask, a key of BY_ACCESS. devices: the kinds of device whose
    token is let in; where it changes or hands out something, in the device's own hall alone. body: its JSON fields,
    None for no body. query: its query parameters, name -> (required, OpenAPI schema). statuses, content_type: of its
    answers. errors: its own refusals.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    access: str
    devices: tuple[str, ...]
    body: type[BaseModel] | None
    query: dict[str, tuple[bool, dict[str, Any]]]
    statuses: tuple[int, ...]
    content_type: str
    errors: tuple[str, ...]

    @property
    def own_hall(self) -> bool:
        """Whether a device uses it in its own hall alone."""
        return self.devices != AS_PUBLIC


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    access: str = "public",
    devices: tuple[str, ...] | None = None,
    body: type[BaseModel] | None = None,
    query: dict[str, tuple[bool, dict[str, Any]]] | None = None,
    statuses: tuple[int, ...] = (200,),
    content_type: str = "application/json",
    errors: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Register a handler, called with the path's names and `who` as keyword arguments; its docstring is the summary.

    devices: None for what only people use, and for what the public reads. Every other route must name them.
    """
    kinds = _devices(method, path, access) if devices is None else devices

    def register(handler: Handler) -> Handler:
        summary = (handler.__doc__ or "").splitlines()[0]
        ROUTES.append(
            Route(method, path, handler, summary, access, kinds, body, query or {}, statuses, content_type, errors)
        )
        return handler

    return register


def _devices(method: str, path: str, access: str) -> tuple[str, ...]:
    if access in _OF_PEOPLE:
        return ()
    if access == "public" and method == "GET":
        return AS_PUBLIC
    raise TypeError(f"{method} {path} does not say which devices may use it")
