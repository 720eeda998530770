"""The Flask application: the routes of the table, one error envelope, headers."""

from __future__ import annotations

import logging
import re
from typing import Any

import orjson
from flask import Flask, Response, jsonify, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import HTTPException

from server.domain import strict_json
from server.domain.refusals import Refusal
from server.http.context import AppContext
from server.http.headers import ALWAYS, kept_by
from server.http.openapi import document
from server.http.poll_cache import Unchanged
from server.http.proxies import TrustedProxies
from server.http.requests import actor, allow, own_words
from server.http.route_table import ROUTES, Route
from server.http.routes import (
    admin,
    appointments,
    clips,
    corrections,
    counters,
    devices,
    halls,
    health,
    languages,
    notices,
    policy,
    printing,
    serving,
    sign_in,
    tickets,
)
from server.http.sites import Sites
from server.http.whole_bodies import WRONG
from server.listening.asking import language
from server.services.hall_setup import hall_file
from server.services.queries.invalidation import Witness

PREFIX = "/api/v1"
LARGEST_BODY = 64 * 1024
#: Of paths that may send more: a hall's file, and a clip of speech.
LARGER_BODIES = {
    f"{PREFIX}/halls/[^/]+/file$": hall_file.LARGEST,
    f"{PREFIX}/clips/": clips.LARGEST,
}
#: The modules whose import fills the table of routes.
DOORS = (
    admin,
    appointments,
    clips,
    corrections,
    counters,
    devices,
    halls,
    languages,
    notices,
    policy,
    printing,
    serving,
    sign_in,
    tickets,
)
log = logging.getLogger(__name__)

_BY_STATUS = {400: "malformed", 404: "unknown_route", 405: "method_not_allowed", 413: "too_large", 415: "not_json"}


class Answers(JSONProvider):
    """The JSON of answers, and of what Flask itself reads: the same at both doors, as every reader understands it."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """As JSON; a number that is none becomes null."""
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Its value. Raises strict_json.NotStrict."""
        return strict_json.loads(s)


def create_app(context: AppContext) -> Flask:
    """The application, without its listener and without the live side."""
    flask = Flask("server", static_folder=None)
    flask.extensions["hallcall"] = context
    flask.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    flask.json = Answers(flask)
    flask.wsgi_app = Unchanged(  # type: ignore[method-assign]
        flask.wsgi_app, Witness(context.deployment), context.instruments
    )
    if context.config.sites:
        flask.wsgi_app = Sites(flask.wsgi_app, context.config.sites)  # type: ignore[method-assign]
    if context.config.trusted_proxies:
        flask.wsgi_app = TrustedProxies(flask.wsgi_app, trusts=context.config.trusts)  # type: ignore[method-assign]
    for one in ROUTES:
        path = PREFIX + re.sub(r"\{(\w+)\}", r"<\1>", one.path)
        flask.add_url_rule(path, f"{one.method} {one.path}", _door(one), methods=[one.method])
    described = document(ROUTES, prefix=PREFIX)
    flask.add_url_rule("/api/openapi.json", "openapi", lambda: jsonify(described))
    health.register(flask)
    flask.before_request(_refuse_body)
    flask.register_error_handler(Refusal, _refused)
    flask.register_error_handler(HTTPException, http_error)
    flask.register_error_handler(Exception, _failed)
    flask.after_request(_headers)
    return flask


def _door(one: Route) -> Any:
    def view(**names: str) -> Any:
        who = actor()
        allow(who, one, names.get("hall"))
        return one.handler(**names, who=who)

    return view


def _refuse_body() -> None:
    if WRONG in request.environ:
        raise request.environ[WRONG]


def _refused(refused: Refusal) -> tuple[Response, int]:
    answer = jsonify(refused.envelope(language(), own_words()))
    if "retry_s" in refused.params:
        answer.headers["Retry-After"] = str(refused.params["retry_s"])
    elif refused.status == 503:
        answer.headers["Retry-After"] = "1"
    return answer, refused.status


def http_error(error: HTTPException) -> Any:
    """An error of the web framework as one of ours."""
    status = error.code or 500
    if status < 400:
        return error
    code = _BY_STATUS.get(status)
    if code is None:
        code = "malformed" if status < 500 else "internal"
    params = {"reason": error.description or error.name} if code == "malformed" else {}
    answer, final = _refused(Refusal(code, **params))
    if status == 405 and isinstance(error.get_headers(), list):
        answer.headers.extend([pair for pair in error.get_headers() if pair[0] == "Allow"])
    return answer, final


def _failed(error: Exception) -> tuple[Response, int]:
    log.exception("%s %s failed", request.method, request.path)
    return _refused(Refusal("internal"))


def _headers(answer: Response) -> Response:
    for name, value in ALWAYS.items():
        answer.headers.setdefault(name, value)
    if request.path.startswith("/api/") and "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = kept_by(answer.status_code)
    return answer
