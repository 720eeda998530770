from pathlib import Path

import pytest

from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.accounts import users
from server.services.accounts.accounts import open_desk
from server.settings.config import Config
from tests.server.test_hall_file import SMALL, changed, text

PASSWORD = "correct horse"


def make_client(desk, folder: Path, **environ):
    config = Config.from_env({"HALLCALL_DATA": str(folder), **environ})
    open_desk(desk.deployment, config, run_blocking=lambda function, *arguments: function(*arguments))
    return create_app(AppContext(desk.deployment, config, Presence(desk.deployment, Connections()))).test_client()


@pytest.fixture
def client(desk, tmp_path):
    users.create_user(desk.deployment, username="frank", name="Frank", role="admin", password=PASSWORD, now=0)
    with make_client(desk, tmp_path) as client:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {login(client, 'frank').get_json()['token']}"
        yield client


def login(client, username, password=PASSWORD, **more):
    body = {"username": username, "password": password, "bearer": True}
    return client.post("/api/v1/login", json=body, **more)


def params(answer):
    return answer.get_json()["error"]["params"]


def test_accounts_are_made_listed_and_changed(client):
    made = client.post("/api/v1/users", json={"username": "Gina", "password": PASSWORD})
    assert (made.status_code, made.get_json()["user"]) == (
        201,
        {"username": "gina", "name": "Gina", "role": "clerk", "disabled": False},
    )
    assert login(client, "gina").status_code == 200
    again = client.post("/api/v1/users", json={"username": "gina", "password": PASSWORD})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "username_taken")
    changed_user = client.patch("/api/v1/users/gina", json={"role": "supervisor", "disabled": True})
    assert changed_user.get_json()["user"]["disabled"]
    assert login(client, "gina").status_code == 401
    assert "gina" in [user["username"] for user in client.get("/api/v1/users").get_json()["users"]]
    assert client.patch("/api/v1/users/nobody", json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "gina"}, "password"),
        ({"username": "gina", "password": "short"}, "password"),
        ({"username": "gi na", "password": PASSWORD}, "username"),
        ({"username": "gina", "password": PASSWORD, "role": "boss"}, "role"),
        ({"username": "gina", "password": PASSWORD, "more": 1}, "more"),
    ],
)
def test_an_account_that_may_not_be_is_refused(client, body, field):
    answer = client.post("/api/v1/users", json=body)
    assert (answer.status_code, params(answer)["field"]) == (422, field)
    assert len(client.get("/api/v1/users").get_json()["users"]) == 4


def test_a_hall_is_made_and_changed_by_its_file(client, desk):
    put = client.put("/api/v1/halls/small/file", json=SMALL)
    assert put.get_json() == {"made": True, "version": 1, "appointments_hit": [], "serves_ended": []}
    file = client.get("/api/v1/halls/small/file").get_json()
    file["name"]["en"] = "Grown"
    changed_again = client.put("/api/v1/halls/small/file", json=file).get_json()
    assert changed_again == {"made": False, "version": 2, "appointments_hit": [], "serves_ended": []}
    assert client.get("/api/v1/halls/small").get_json()["name"]["en"] == "Grown"
    assert desk.events[-1].kind == "policy_changed"
    assert desk.events[-1].content["by"] == "frank"


def test_a_counter_is_given_a_queue_and_it_is_undone(client, desk):
    path = "/api/v1/halls/hall/counters/1/serves"
    given = client.post(path, json={"give": ["B"], "why": "long queue"})
    assert (given.status_code, given.get_json()["changes"][0]["by"]) == (200, "frank")
    assert client.get("/api/v1/halls/hall").get_json()["counters"][0]["counter_types"] == ["A", "B"]
    again = client.post(path, json={"give": ["B"]}, headers={"Accept-Language": "zh-CN"})
    assert (again.status_code, again.get_json()["error"]["message"]) == (409, "1 号窗口已在办理队列 B")
    for wrong in ({"give": ["X"]}, {"give": ["B"], "until": "2001-01-01T00:00:00+08:00"}, {"give": "B"}, {}):
        assert client.post(path, json=wrong).status_code == 422
    assert client.post("/api/v1/halls/hall/counters/9/serves", json={"give": ["B"]}).status_code == 404
    assert client.post(f"{path}/undo", json={}).get_json() | {"seq": 0} == {"counter": "1", "changes": [], "seq": 0}
    assert client.post(f"{path}/undo", json={}).status_code == 409


def test_the_mistakes_of_a_file_come_with_the_refusal_in_the_readers_language(client):
    bad = changed(("zones", 1, "code"), "main")
    bad["counters"][0]["zone"] = "attic"
    answer = client.put("/api/v1/halls/small/file", json=bad, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 422
    paths = [problem["path"] for problem in params(answer)["problems"]]
    assert {"zones[1].code", "counters[0].zone"} <= set(paths)
    assert "没有区域“attic”" in str(params(answer)["problems"])
    assert client.get("/api/v1/halls/small").status_code == 404
    other = client.put("/api/v1/halls/other/file", json=SMALL)
    assert (other.status_code, params(other)["field"]) == (422, "code")


def test_a_large_hall_passes_where_other_bodies_are_too_large(client):
    services = [{**SMALL["services"][0], "code": f"s{n}", "name": text("x" * 110)} for n in range(450)]
    assert len(str(services)) > 100_000
    put = client.put("/api/v1/halls/small/file", json=SMALL | {"services": services + SMALL["services"]})
    assert put.status_code == 200
    assert client.post("/api/v1/users", json={"username": "x" * 100_000}).status_code == 413
    assert client.put("/api/v1/halls/small/file", json={"code": "x" * 1_000_001}).status_code == 413


def test_a_device_is_paired_without_a_code(client):
    added = client.post("/api/v1/halls/hall/devices", json={"kind": "kiosk", "zone": "main"})
    assert added.status_code == 201
    kiosk = {"Authorization": f"Bearer {added.get_json()['token']}"}
    issued = client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}, headers=kiosk)
    assert issued.status_code == 201
    assert client.delete(f"/api/v1/devices/{added.get_json()['device']['id']}").status_code == 200
    assert client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}, headers=kiosk).status_code == 401
    assert client.post("/api/v1/halls/hall/devices", json={"kind": "kiosk", "zone": "attic"}).status_code == 404


def test_strangers_cannot_choose_the_address_that_guessing_is_counted_by(desk, tmp_path):
    limits = {"HALLCALL_LIMIT_SIGN_IN_ADDRESS": "2", "HALLCALL_TRUSTED_PROXIES": "10.0.0.1"}

    def statuses(remote):
        client = make_client(desk, tmp_path, **limits)
        return [
            login(
                client, f"user{n}", headers={"X-Forwarded-For": f"7.7.7.{n}"}, environ_base={"REMOTE_ADDR": remote}
            ).status_code
            for n in range(3)
        ]

    assert statuses("6.6.6.6") == [401, 401, 429]
    assert statuses("10.0.0.1") == [401, 401, 401]


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "supervisor"}, {"disabled": True, "name": "New"}])
def test_the_last_administrator_stays(client, desk, change):
    before = desk.everything()
    refused = client.patch("/api/v1/users/FRANK", json=change)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "last_admin")
    assert desk.everything() == before
    client.post("/api/v1/users", json={"username": "gina", "password": PASSWORD, "role": "admin"})
    client.patch("/api/v1/users/gina", json={"disabled": True})
    assert client.patch("/api/v1/users/frank", json=change).status_code == 409
    client.patch("/api/v1/users/gina", json={"disabled": False})
    assert client.patch("/api/v1/users/frank", json=change).status_code == 200
    assert client.get("/api/v1/users").status_code == 401


def test_the_last_administrator_may_change_name_and_password(client):
    assert client.patch("/api/v1/users/frank", json={"name": "Franz"}).get_json()["user"]["name"] == "Franz"
    assert client.patch("/api/v1/users/frank", json={"role": "admin", "disabled": False}).status_code == 200


def test_a_new_password_ends_every_sign_in_with_the_old_one(client):
    client.post("/api/v1/users", json={"username": "gina", "password": PASSWORD})
    held = {"Authorization": f"Bearer {login(client, 'gina').get_json()['token']}"}
    assert client.get("/api/v1/me", headers=held).status_code == 200
    assert client.patch("/api/v1/users/gina", json={"password": "another phrase"}).status_code == 200
    assert client.get("/api/v1/me", headers=held).status_code == 401
    assert login(client, "gina").status_code == 401
    assert login(client, "gina", "another phrase").status_code == 200
    assert PASSWORD not in client.get("/api/v1/users").get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"role": "boss"}, "role"),
        ({"name": ""}, "name"),
        ({"disabled": "yes"}, "disabled"),
        ({"username": "gina"}, "username"),
    ],
)
def test_a_change_that_may_not_be_changes_nothing(client, desk, change, field):
    before = desk.everything()
    answer = client.patch("/api/v1/users/charlie", json={"role": "supervisor", **change})
    assert (answer.status_code, params(answer)["field"]) == (422, field)
    assert desk.everything() == before
