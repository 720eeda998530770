"""The printed ticket as a picture, for a preview."""

from __future__ import annotations

from flask import Response, request

from server.api.requests import app, look
from server.api.routes import route
from server.domain.refusals import Refusal
from server.services import printing
from server.services.actor import Actor

WIDTHS = (58, 80)
PRINTS = ("kiosk", "printer")


@route(
    "GET",
    "/halls/{hall}/tickets/{number}/image",
    access="staff or kiosk",
    query={"width_mm": (False, {"type": "integer", "enum": list(WIDTHS)})},
    content_type="image/png",
    errors=("unknown_hall", "unknown_ticket", "invalid"),
)
def image(hall: str, number: str, who: Actor) -> Response:
    """The printed form of today's ticket of that number, at 203 dpi."""
    if who.role not in PRINTS:
        who.needs("clerk")
    elif who.hall_id != app().house.hall(hall).id:
        raise Refusal("forbidden")
    width_mm = _width()
    from kiosk.printing.picture import draw_ticket, png_bytes  # loaded with the first ticket

    ticket = look(printing.by_number, hall=hall, who=who, number=number, base=app().config.public_url)["ticket"]
    return Response(png_bytes(draw_ticket(ticket, width_mm=width_mm)), mimetype="image/png")


def _width() -> int:
    asked = request.args.get("width_mm", "80")
    if asked not in map(str, WIDTHS):
        raise Refusal("invalid", field="width_mm", reason="58 or 80")
    return int(asked)
