"""Serves the built pages, the display for browsers without scripts, and the readable API page."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound

from server import __version__
from server.clock import now_ms
from server.domain.hours import local
from server.domain.refusals import Refusal
from server.http.app import http_error
from server.http.context import app
from server.http.headers import security_policy
from server.http.openapi import document
from server.http.requests import look
from server.http.route_table import ROUTES
from server.listening.asking import language
from server.services.languages.languages import Languages
from server.services.queries import snapshots
from server.services.runtime.actor import PUBLIC

NONE_ADDED = Languages()
DIST = Path(__file__).parent / "dist"
#: Address -> name of the built page.
PAGES = {
    "/": "home",
    "/login": "login",
    "/counter": "counter",
    "/display": "display",
    "/kiosk": "kiosk",
    "/reception": "reception",
    "/supervisor": "supervisor",
    "/t": "visitor",
    "/t/<token>": "visitor",
    "/book": "visitor",
    "/a/<token>": "visitor",
}
#: The print agent on the ticket machine's own PC, which prints while the server is away.
PRINT_AGENT = "http://127.0.0.1:8765"
#: What may stand in a query as it is (RFC 3986, 3.4), with what stands for something else already.
QUERY = "%!$&'()*+,;=:@/?-._~"
NOT_BUILT = "The pages are not built yet: run `python3 hall.py run`, or `npm ci` and `npm run build`.\n"
#: A screen that is switched on before the pages are built tries again by itself after so many seconds.
BUILDING_S = 5
FOR_EVER_S = 31_536_000


def register(flask: Flask, languages: Languages = NONE_ADDED) -> str:
    """Serve the pages; returns their version, which changes with every build and with every added language."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")
    for address, name in PAGES.items():
        blueprint.add_url_rule(address, f"page {address}", _page(name))
        if address != "/":
            blueprint.add_url_rule(f"{address}/", f"page {address}/", redirect_bare)
    blueprint.add_url_rule("/assets/<path:name>", "asset", asset)
    blueprint.add_url_rule("/favicon.ico", "favicon", favicon)
    blueprint.add_url_rule("/display/basic", "basic", basic)
    blueprint.add_url_rule("/api/docs", "docs", docs)
    blueprint.add_url_rule("/api/", "api", api)
    blueprint.add_url_rule("/api", "api plain", api)
    flask.register_blueprint(blueprint)
    flask.register_error_handler(404, missing)
    return version(languages)


def version(languages: Languages = NONE_ADDED) -> str:
    """The server's version and a hash of the built pages, which name scripts by their content's, and of added words."""
    digest = hashlib.sha256()
    for page in sorted(DIST.glob("*/index.html")):
        digest.update(page.read_bytes())
    digest.update(repr([(one, sorted(one.words.items())) for one in languages.added.values()]).encode())
    return f"{__version__}-{digest.hexdigest()[:8]}"


def _page(name: str) -> Any:
    def view(**_names: str) -> Response:
        if (DIST / name / "index.html").is_file():
            answer = send_from_directory(DIST / name, "index.html")
            answer.headers["Cache-Control"] = "no-cache"
        else:
            answer = Response(NOT_BUILT, status=503, mimetype="text/plain")
            answer.headers |= {"Refresh": str(BUILDING_S), "Retry-After": str(BUILDING_S)}
        if name == "kiosk":
            answer.headers["Content-Security-Policy"] = security_policy(PRINT_AGENT)
        return answer

    return view


def redirect_bare(**_names: str) -> Any:
    """A page's address with a slash behind it, to the one without; what was asked for comes along."""
    query = quote(request.query_string, safe=QUERY)
    return redirect(quote(request.path.rstrip("/")) + (f"?{query}" if query else ""))


def asset(name: str) -> Response:
    """A script, style, font or sound of a page; its name carries a hash, so it never changes."""
    try:
        answer = send_from_directory(DIST / "assets", name, max_age=FOR_EVER_S)
    except NotFound:  # of the last build but one, which an open page may still ask for
        answer = send_from_directory(DIST / "before", name, max_age=FOR_EVER_S)
    answer.cache_control.immutable = True
    return answer


def favicon() -> Response:
    """No icon of its own at this address."""
    return Response(status=204)


def basic() -> Any:
    """The board drawn by the server, refreshed every 5 s, for any browser; may be given `hall`, `zone`, `lang`."""
    try:
        return _board()
    except Refusal as refused:
        if refused.status != 404 or not _wants_page():
            raise
        return _no_page()


def _board() -> str:
    halls = app().deployment.halls
    if not halls:
        abort(404)
    hall = app().deployment.hall(request.args.get("hall") or halls[0].code)
    board = look(snapshots.public_snapshot, hall=hall.code, who=PUBLIC, zone=request.args.get("zone"))
    lang = request.args.get("lang") or ("en" if language() == "en" else "zh-CN")
    now = local(now_ms(), hall.time_zone)
    return render_template("basic.html", board=board, lang=lang, now=now, letters=letters())


def letters() -> str | None:
    """The address of the style that brings the Chinese letters; None before the pages are built."""
    built = next((DIST / "assets").glob("letters-*.css"), None)
    return f"/assets/{built.name}" if built else None


def missing(error: NotFound) -> Any:
    """An address that is nothing: a page for a person, the usual error for a program."""
    if request.path.startswith("/api") or not _wants_page():
        return http_error(error)
    return _no_page()


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _no_page() -> tuple[str, int]:
    return render_template("missing.html", lang="en" if language() == "en" else "zh-CN", letters=letters()), 404


def docs() -> str:
    """The OpenAPI document as a page."""
    return render_template("docs.html", described=document(ROUTES, prefix="/api/v1"))


def api() -> Any:
    """To the readable page."""
    return redirect("/api/docs")
