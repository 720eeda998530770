"""Paper: the printed ticket as a picture, and printing it again."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from server.api.requests import app, content, look, run
from server.api.routes import route
from server.domain.refusals import Refusal
from server.services import bodies, print_jobs, printing
from server.services.actor import Actor

WIDTHS = (58, 80)


@route(
    "GET",
    "/halls/{hall}/tickets/{number}/image",
    access="staff or kiosk",
    devices=("kiosk", "printer"),
    query={"width_mm": (False, {"type": "integer", "enum": list(WIDTHS)})},
    content_type="image/png",
    errors=("unknown_hall", "unknown_ticket", "invalid"),
)
def image(hall: str, number: str, who: Actor) -> Response:
    """The printed form of today's ticket of that number, at 203 dpi."""
    width_mm = _width()
    from kiosk.printing.picture import draw_ticket, png_bytes  # loaded with the first ticket

    ticket = look(printing.by_number, hall=hall, who=who, number=number, base=app().config.public_url)["ticket"]
    return Response(png_bytes(draw_ticket(ticket, width_mm=width_mm)), mimetype="image/png")


def _width() -> int:
    asked = request.args.get("width_mm", "80")
    if asked not in map(str, WIDTHS):
        raise Refusal("invalid", field="width_mm", reason="58 or 80", reason_zh="必须是 58 或 80")
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
