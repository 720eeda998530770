"""From commits to pushes: what lies there goes at once, in order, and what cannot be pushed silences nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from server.realtime import commit_feed as incoming_module
from server.realtime.commit_feed import Commit, CommitFeed
from server.realtime.connections import Connections
from server.realtime.publisher import Publisher
from server.watch.instruments import Instruments
from tests.server.small_hall import ALICE, Desk


class Heard:
    """Stands for the sockets: what was said to whom, one piece after the other."""

    def __init__(self) -> None:
        self.pieces: dict[str, list[list[Any]]] = {}

    def emit(self, _event: str, *contents: dict[str, Any], namespace: str, room: str) -> None:
        assert room == "hall:hall"
        self.pieces.setdefault(namespace, []).append([one["seq"] for one in contents])


class Alone:
    """Stands for the other servers, of which there are none."""

    def on(self, _kind: str, _act: Callable[..., None]) -> None: ...

    def tell(self, _kind: str, _content: Any) -> None: ...


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.sign_on(ALICE, "1")
    return desk


@pytest.fixture
def publisher(desk: Desk) -> Publisher:
    incoming = CommitFeed(desk.deployment, Alone())  # type: ignore[arg-type]
    return Publisher(Heard(), None, desk.deployment, Connections(), incoming, instruments=Instruments())  # type: ignore[arg-type]


def push_one_batch(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What the sockets hear of what lies there."""
    batches = publisher.incoming.batches()
    monkeypatch.setattr(publisher.incoming, "batches", lambda: iter([next(batches)]))
    publisher.run()
    heard = publisher.broadcast
    assert isinstance(heard, Heard)
    return heard


def test_what_several_commits_told_goes_in_one_piece(
    desk: Desk, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.take()
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")  # one started; one completed, one called: two events of one commit
    heard = push_one_batch(publisher, monkeypatch)
    (staff,), (public,) = heard.pieces["/counter"], heard.pieces["/display"]
    assert staff == list(range(staff[0], staff[0] + 7))
    assert public == staff
    assert heard.pieces["/supervisor"] == [staff]


def test_so_many_at_most(desk: Desk, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_module, "MOST_TOGETHER", 2)
    for _ in range(3):
        desk.take()
    batches = publisher.incoming.batches()
    assert [len(next(batches).own) for _ in range(2)] == [2, 1]
    assert publisher.incoming.behind() > 0


def test_one_that_cannot_be_pushed_silences_nobody(
    desk: Desk, publisher: Publisher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        desk.take()
    _, broken, _ = [one for one in publisher.incoming._queue.queue if isinstance(one, Commit)]
    broken.events[:] = [dataclasses.replace(one, content={"ticket": 7}) for one in broken.events]
    bad = broken.events[0].seq
    heard = push_one_batch(publisher, monkeypatch)
    (public,) = heard.pieces["/display"]
    assert public == [bad - 1, bad + 1]
    assert "was not pushed" in caplog.text
