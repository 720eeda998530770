"""Other sites that may frame the screen and read the board (HALLCALL_SITES)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import pages
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.presence import Presence
from server.settings.config import Config, ConfigError
from tests.server.small_hall import Desk

OURS, OTHER = "https://www.example.cn", "https://elsewhere.example"
TEXTS = {name: {"zh-CN": name, "en": name} for name in ("idle", "paused", "serving_done", "missed", "welcome")}
BOARD = "/api/v1/halls/hall/board"


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(texts=TEXTS)


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> FlaskClient:
    return client_of(desk, tmp_path, HALLCALL_SITES=f"{OURS}/, http://intranet:8080")


def client_of(desk: Desk, tmp_path: Path, **environ: str) -> FlaskClient:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), **environ})
    flask = create_app(AppContext(desk.deployment, config, Presence.__new__(Presence)))
    pages.register(flask)
    return flask.test_client()


def test_the_screen_alone_may_stand_in_their_frames(client: FlaskClient) -> None:
    for path in ("/display", "/display/basic?hall=hall"):
        with client.get(path) as answer:
            (policy,) = answer.headers.getlist("Content-Security-Policy")
            assert policy.endswith(f"frame-ancestors 'self' {OURS} http://intranet:8080")
            assert "X-Frame-Options" not in answer.headers
    for path in ("/counter", "/kiosk", "/login", "/supervisor", "/", BOARD):
        with client.get(path) as answer:
            assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_their_scripts_read_the_board_alone(client: FlaskClient) -> None:
    answer = client.get(BOARD, headers={"Origin": OURS})
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    again = client.get(BOARD, headers={"Origin": OURS, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, OURS)
    assert "Access-Control-Allow-Origin" not in client.get(BOARD, headers={"Origin": OTHER}).headers
    assert client.get("/api/v1/halls/hall").get_json()["time"].endswith("+08:00")
    for path in ("/api/v1/halls/hall", "/api/v1/halls", "/healthz"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": OURS}).headers


def test_a_browser_may_ask_before(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    answer = client.options(BOARD, headers={"Origin": OURS, **asked})
    assert answer.status_code == 204
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in client.options(BOARD, headers={"Origin": OTHER, **asked}).headers


def test_without_the_setting_nobody_else_is_let_in(desk: Desk, tmp_path: Path) -> None:
    client = client_of(desk, tmp_path)
    assert "Access-Control-Allow-Origin" not in client.get(BOARD, headers={"Origin": OURS}).headers
    with client.get("/display") as answer:
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("", ()),
        ("HTTPS://Www.Example.CN:443/, http://10.0.0.5:8080", (OURS, "http://10.0.0.5:8080")),
        (f"{OURS},{OURS}/", (OURS,)),
        ("http://[::1]:80", ("http://[::1]",)),
    ],
)
def test_sites_are_read_as_browsers_write_them(text: str, sites: tuple[str, ...]) -> None:
    assert Config.from_env({"HALLCALL_SITES": text}).sites == sites


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "www.example.cn",
        "https://*.example.cn",
        "https://a b",
        "https://x/path",
        "https://x?y",
        "ftp://x",
        "https://u@x",
        "https://x:0",
        "https://x:99999",
        "null",
        "https://x; script-src *",
    ],
)
def test_what_is_no_site_stops_the_start(text: str) -> None:
    with pytest.raises(ConfigError, match="HALLCALL_SITES must be sites"):
        Config.from_env({"HALLCALL_SITES": text})
