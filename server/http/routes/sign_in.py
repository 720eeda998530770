"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.requests import content, refuse_foreign_origin
from server.http.route_table import AS_PUBLIC, route
from server.listening.asking import COOKIE
from server.schemas import bodies
from server.schemas.admin_bodies import OwnPassword
from server.services.accounts import accounts, users
from server.services.runtime.actor import Actor


@route("POST", "/login", devices=AS_PUBLIC, body=bodies.Login, errors=("bad_login", "too_many", "foreign_origin"))
def login(who: Actor) -> Response:
    """Sign in."""
    refuse_foreign_origin()
    wanted = bodies.parse(bodies.Login, content())
    signed_in = accounts.sign_in(
        app().deployment,
        username=wanted.username,
        password=wanted.password,
        kind="bearer" if wanted.bearer else "cookie",
        address=request.remote_addr or "",
        now=now_ms(),
    )
    body = {"csrf_token": signed_in.csrf, "user": _user(signed_in.actor)}
    if wanted.bearer:
        return jsonify(body | {"token": signed_in.secret})
    answer = jsonify(body)
    answer.set_cookie(
        COOKIE,
        signed_in.secret,
        max_age=app().config.session_ms // 1000,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


@route("POST", "/logout", access="staff", body=bodies.Nothing)
def logout(who: Actor) -> Response:
    """Sign out."""
    accounts.sign_out(app().deployment, secret=_secret())
    answer = jsonify({})
    answer.delete_cookie(COOKIE, httponly=True, samesite="Lax")
    return answer


@route("GET", "/me", access="staff")
def me(who: Actor) -> dict[str, Any]:
    """Who is signed in."""
    found = accounts.who(app().deployment, secret=_secret(), now=now_ms())
    if found is None:
        raise Refusal("not_signed_in")
    return {"user": _user(found.actor), "csrf_token": found.csrf}


@route("PATCH", "/me", access="staff", body=OwnPassword, errors=("too_many",))
def change_me(who: Actor) -> dict[str, Any]:
    """Give the own account another password; one's other sign-ins end."""
    wanted = bodies.parse(OwnPassword, content())
    users.change_own_password(
        app().deployment,
        who=who,
        old=wanted.old_password,
        password=wanted.password,
        secret=_secret(),
        address=request.remote_addr or "",
        now=now_ms(),
    )
    return {"user": _user(who)}


def _secret() -> str:
    """The bearer token or the cookie of whoever asks."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or request.cookies.get(COOKIE, "")


def _user(who: Actor) -> dict[str, Any]:
    return {
        "username": who.name,
        "name": accounts.display_name(app().deployment, user_id=who.id),
        "role": who.role,
        "halls": [hall.code for hall in app().deployment.halls],
    }
