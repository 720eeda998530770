from dataclasses import replace

import pytest
from sqlalchemy import select, update

from server.db import tables
from server.domain.rate_limiter import RateLimiter
from server.domain.refusals import Refusal
from server.services.accounts import accounts, users
from server.services.accounts.passwords import is_password
from server.services.runtime.deployment import Deployment
from server.settings.config import DAY_MS, HOUR_MS, Config, Limits
from tests.server.small_hall import MONDAY_9, Desk

MINUTE = 60_000
PASSWORD = "a long pass phrase"


@pytest.fixture
def hall(tmp_path):
    desk = Desk(tmp_path)
    users.create_user(
        desk.deployment, username="Dora", name="Dora 王", role="supervisor", password=PASSWORD, now=desk.now
    )
    yield desk
    desk.database.close()


def sign_in(hall, *, username="dora", password=PASSWORD, kind="cookie", address="10.0.0.1"):
    return accounts.sign_in(
        hall.deployment, username=username, password=password, kind=kind, now=hall.now, address=address
    )


def who(hall, secret, **how):
    return accounts.who(hall.deployment, secret=secret, now=hall.now, **how)


def refused(code, call, *arguments, **named):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return caught.value.params


def test_a_right_password_signs_in_whatever_the_letters_of_the_name(hall):
    signed_in = sign_in(hall, username=" DORA ")
    assert (signed_in.actor.kind, signed_in.actor.name, signed_in.actor.role) == ("user", "dora", "supervisor")
    found = who(hall, signed_in.secret)
    assert (found.actor, found.csrf) == (signed_in.actor, signed_in.csrf)
    assert accounts.display_name(hall.deployment, user_id=signed_in.actor.id) == "Dora 王"


def test_neither_secret_nor_password_is_stored(real_cost, hall):
    signed_in = sign_in(hall)
    with hall.database.reading() as connection:
        stored = str(connection.execute(select(tables.sign_in)).all()) + str(
            connection.execute(select(tables.user)).all()
        )
    assert signed_in.secret not in stored
    assert PASSWORD not in stored
    assert "$argon2id$v=19$m=16384,t=3,p=1$" in stored


def test_a_wrong_name_and_a_wrong_password_look_the_same(hall):
    checked = []
    at = accounts.desk(hall.deployment)
    at.run_blocking = lambda function, *arguments: checked.append(function) or function(*arguments)
    wrong = refused("bad_login", sign_in, hall, password="guess")
    assert refused("bad_login", sign_in, hall, username="nobody") == wrong
    assert checked == [is_password, is_password]  # the same work for both


def test_guessing_at_a_name_is_slowed_down_where_it_comes_from(hall):
    for _ in range(10):
        refused("bad_login", sign_in, hall, password="guess")
    assert refused("too_many", sign_in, hall) == {"retry_s": 60}
    hall.wait(59)
    assert refused("too_many", sign_in, hall) == {"retry_s": 1}
    hall.wait(1)
    assert sign_in(hall)


@pytest.mark.parametrize("known", [True, False])
def test_nobody_keeps_a_named_account_from_signing_in(hall, known):
    if known:
        sign_in(hall, address="10.0.9.9")
    for number in range(200):
        refused("bad_login", sign_in, hall, password="guess", address=f"10.0.{number // 100}.{number % 100}")
    assert sign_in(hall, address="10.0.9.9")
    for _ in range(4):
        assert sign_in(hall, address="10.0.9.9")


def test_guessing_at_a_name_from_many_addresses_is_slow_at_each(hall):
    for number in range(10):
        refused("bad_login", sign_in, hall, password="guess", address=f"10.0.1.{number}")
    for address in ("10.0.2.1", "10.0.2.2", "2001:db8::1"):
        for _ in range(2):
            refused("bad_login", sign_in, hall, password="guess", address=address)
        refused("too_many", sign_in, hall, password="guess", address=address)
    refused("too_many", sign_in, hall, address="2001:db8::2")  # of the same network
    sign_in(hall, address="10.0.2.3")  # mistyped at first: it is known from now on
    for _ in range(9):
        refused("bad_login", sign_in, hall, password="guess", address="10.0.2.3")


def test_who_signed_in_before_goes_on_behind_an_address_that_guesses(hall):
    sign_in(hall)
    accounts.desk(hall.deployment).guessing.by_address = RateLimiter(3)
    for name in ("ann", "ben", "cid"):
        refused("bad_login", sign_in, hall, username=name)
    refused("too_many", sign_in, hall, username="eva")
    assert sign_in(hall)


def test_guessing_names_from_one_address_is_slowed_down(hall):
    accounts.desk(hall.deployment).guessing.by_address = RateLimiter(3)
    for name in ("ann", "ben", "cid"):
        refused("bad_login", sign_in, hall, username=name)
    refused("too_many", sign_in, hall)
    assert sign_in(hall, address="10.0.0.2")


def test_signing_in_rightly_all_day_is_never_too_many(hall):
    for _ in range(Limits().user + 2):
        sign_in(hall)


def test_tries_at_the_same_moment_count_too(hall):
    at = accounts.desk(hall.deployment)
    accounts.desk(hall.deployment).guessing.by_pair = RateLimiter(1)

    def meanwhile(function, *arguments):
        refused("too_many", sign_in, hall)
        return function(*arguments)

    at.run_blocking = meanwhile
    assert sign_in(hall)


def test_guesses_forget_the_oldest_key_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr("server.domain.rate_limiter.MOST_KEYS", 2)
    guesses = RateLimiter(1)
    for key in ("a", "b", "c"):
        guesses.count(key, now=0)
    assert [guesses.wait(key, now=0) for key in ("a", "b", "c")] == [0, 60, 60]


def test_a_cookie_ends_when_it_is_not_used_for_12_hours(hall):
    secret = sign_in(hall).secret
    hall.now += 12 * HOUR_MS - 1
    assert who(hall, secret)
    hall.now += 12 * HOUR_MS - 1
    assert who(hall, secret)
    hall.now += 12 * HOUR_MS
    assert who(hall, secret) is None


def test_a_cookie_ends_after_7_days_whatever_its_use(hall):
    secret = sign_in(hall).secret
    for _ in range(7 * 24 - 1):
        hall.now += HOUR_MS
        assert who(hall, secret)
    hall.now += HOUR_MS
    assert who(hall, secret) is None


def test_a_bearer_lasts_90_days_unused_and_is_no_cookie(hall):
    secret = sign_in(hall, kind="bearer").secret
    cookie = sign_in(hall).secret
    hall.now += 90 * DAY_MS - 1
    assert who(hall, secret, kind="bearer").actor.name == "dora"
    assert who(hall, cookie, kind="bearer") is None
    assert who(hall, secret, kind="cookie") is None
    hall.now += 1
    assert who(hall, secret) is None


def test_a_sign_in_outlives_a_restart_and_its_use_is_written_down(hall):
    secret = sign_in(hall).secret
    hall.now += 11 * HOUR_MS
    assert who(hall, secret)
    hall.deployment = Deployment(hall.database)
    hall.now += 11 * HOUR_MS
    assert who(hall, secret)


def test_use_within_minutes_writes_nothing(hall):
    secret = sign_in(hall).secret
    hall.now += accounts.REFRESH - 1
    who(hall, secret)
    with hall.database.reading() as connection:
        assert connection.execute(select(tables.sign_in.c.seen_at)).scalar_one() == MONDAY_9


def test_signing_out_ends_that_sign_in_only(hall):
    here, there = sign_in(hall).secret, sign_in(hall).secret
    accounts.sign_out(hall.deployment, secret=here)
    assert who(hall, here) is None
    assert who(hall, there)
    accounts.sign_out(hall.deployment, secret=here)


@pytest.mark.parametrize(
    "ending",
    [
        lambda hall: users.edit_user(hall.deployment, username="dora", disabled=True, now=hall.now),
        lambda hall: users.set_password(hall.deployment, username="dora", password="another one"),
        lambda hall: users.edit_user(hall.deployment, username="dora", role="clerk", now=hall.now),
    ],
    ids=["disabled", "new password", "other role"],
)
def test_what_ends_all_sign_ins_of_a_user(hall, ending):
    users.create_user(hall.deployment, username="eve", name="Eve", role="clerk", password=PASSWORD, now=hall.now)
    other = sign_in(hall, username="eve").secret
    secrets = [sign_in(hall).secret, sign_in(hall, kind="bearer").secret]
    assert all(who(hall, secret) for secret in secrets)
    ending(hall)
    assert [who(hall, secret) for secret in secrets] == [None, None]
    hall.deployment = Deployment(hall.database)
    assert [who(hall, secret) for secret in secrets] == [None, None]
    assert who(hall, other)


def test_a_new_name_ends_nothing(hall):
    secret = sign_in(hall).secret
    users.edit_user(hall.deployment, username="dora", name="Dora Wang", now=hall.now)
    assert who(hall, secret)


def test_a_disabled_user_cannot_sign_in_until_enabled(hall):
    users.edit_user(hall.deployment, username="dora", disabled=True, now=hall.now)
    refused("bad_login", sign_in, hall)
    users.edit_user(hall.deployment, username="dora", disabled=False, now=hall.now)
    assert sign_in(hall)


def test_a_password_changed_while_it_was_checked_does_not_sign_in(hall):
    def meanwhile(function, *arguments):
        with hall.database.transaction() as connection:
            connection.execute(update(tables.user).where(tables.user.c.username == "dora").values(password_hash="x"))
        return function(*arguments)

    accounts.desk(hall.deployment).run_blocking = meanwhile
    refused("bad_login", sign_in, hall)


def test_a_new_password_replaces_the_old_one(hall):
    users.set_password(hall.deployment, username="DORA", password="another one")
    refused("bad_login", sign_in, hall)
    assert sign_in(hall, password="another one")


def test_users_are_listed_by_name_with_the_disabled(hall):
    users.edit_user(hall.deployment, username="bob", disabled=True, now=5)
    listed = users.list_users(hall.deployment)
    assert [user.username for user in listed] == ["alice", "bob", "charlie", "dora"]
    assert [user.disabled_at for user in listed] == [None, 5, None, None]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"name": "n" * 121}, "name"),
        ({"role": "boss"}, "role"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
    ],
)
def test_what_an_account_may_not_be(hall, change, field):
    values = {"username": "fay", "name": "Fay", "role": "clerk", "password": PASSWORD} | change
    assert refused("invalid", users.create_user, hall.deployment, now=1, **values)["field"] == field
    assert len(users.list_users(hall.deployment)) == 4


def test_a_name_is_taken_once_whatever_its_letters(hall):
    values = {"name": "", "role": "clerk", "password": PASSWORD, "now": 1}
    assert refused("username_taken", users.create_user, hall.deployment, username="DORA", **values) == {
        "username": "dora"
    }
    assert users.create_user(hall.deployment, username="王芳", **values).name == "王芳"


def test_an_unknown_user_is_refused_by_every_change(hall):
    refused("unknown_user", users.set_password, hall.deployment, username="zoe", password=PASSWORD)
    refused("unknown_user", users.edit_user, hall.deployment, username="zoe", disabled=True, now=1)
    refused("unknown_user", users.edit_user, hall.deployment, username="zoe", now=1)


def test_a_change_that_is_not_valid_changes_nothing(hall):
    before = users.list_users(hall.deployment)
    for wrong in ({"role": "boss"}, {"password": "short"}, {"name": " "}):
        values = {"name": "New", "disabled": True, **wrong}
        refused("invalid", users.edit_user, hall.deployment, username="dora", now=1, **values)
    assert users.list_users(hall.deployment) == before


def test_the_local_command_line_is_an_administrator_until_the_next_start(hall):
    config = Config.from_env({})

    def start(token):
        accounts.open_desk(hall.deployment, replace(config, local_token=token), run_blocking=lambda f, *a: f(*a))

    start("first")
    who(hall, "first", kind="bearer").actor.needs("admin")
    assert who(hall, "") is None
    start("second")
    assert who(hall, "first") is None
    start("")
    assert who(hall, "") is None


def test_memory_of_sign_ins_is_bounded(hall, monkeypatch):
    monkeypatch.setattr(accounts, "MOST_REMEMBERED", 2)
    secrets = [sign_in(hall).secret for _ in range(3)]
    assert all(who(hall, secret) for secret in secrets)
    assert len(accounts.desk(hall.deployment).remembered) == 2


def test_a_blank_password_is_none(hall):
    with pytest.raises(Refusal) as refused:
        users.create_user(hall.deployment, username="blank", name="Blank", role="clerk", password=" " * 8, now=0)
    assert (refused.value.code, refused.value.params["field"]) == ("invalid", "password")
