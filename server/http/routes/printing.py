"""Paper: the printed ticket as a picture, and printing it again."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from server.domain.refusals import Refusal
from server.http.context import app
from server.http.requests import content, look, run
from server.http.route_table import route
from server.schemas import bodies
from server.services.printing import print_jobs, ticket_text
from server.services.runtime.actor import Actor

WIDTHS = (58, 80)
HEADS = (384, 512, 576, 640)


@route(
    "GET",
    "/halls/{hall}/tickets/{number}/image",
    access="staff or kiosk",
    devices=("kiosk", "printer"),
    query={
        "width_mm": (False, {"type": "integer", "enum": list(WIDTHS)}),
        "dots": (False, {"type": "integer", "enum": list(HEADS)}),
    },
    content_type="image/png",
    errors=("unknown_hall", "unknown_ticket", "invalid"),
)
def image(hall: str, number: str, who: Actor) -> Response:
    """The printed form of today's ticket of that number, at 203 dpi."""
    width_mm, dots = _one_of("width_mm", WIDTHS) or 80, _one_of("dots", HEADS)
    from printing.picture import draw_ticket, png_bytes  # loaded with the first ticket

    ticket = look(ticket_text.by_number, hall=hall, who=who, number=number, base=app().config.public_url)["ticket"]
    return Response(png_bytes(draw_ticket(ticket, width_mm=width_mm, dots=dots)), mimetype="image/png")


def _one_of(name: str, known: tuple[int, ...]) -> int | None:
    asked = request.args.get(name)
    if asked is None:
        return None
    if asked not in map(str, known):
        *most, last = map(str, known)
        reason, reason_zh = f"{', '.join(most)} or {last}", f"必须是 {'、'.join(most)} 或 {last}"
        raise Refusal("invalid", field=name, reason=reason, reason_zh=reason_zh)
    return int(asked)


@route("GET", "/halls/{hall}/printers", access="staff", errors=("unknown_hall",))
def printers(hall: str, who: Actor) -> dict[str, Any]:
    """The ticket machines that can print."""
    return look(print_jobs.printers, hall=hall, who=who)


@route(
    "POST",
    "/halls/{hall}/tickets/{number}/print",
    access="staff",
    body=bodies.PrintAgain,
    statuses=(201,),
    errors=("unknown_hall", "unknown_ticket", "unknown_device", "key_reused"),
)
def print_again(hall: str, number: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Print a ticket again on the printer of a ticket machine."""
    wanted = bodies.parse(bodies.PrintAgain, content())
    return run(print_jobs.print_again, hall=hall, who=who, number=number, device_id=wanted.device)
