import pytest

from display.announcer.zone_queue import ZoneQueue, languages_for
from tests.announcer.fixtures import call


def always(_call):
    return True


@pytest.fixture
def queue():
    queue = ZoneQueue()
    for number in ("A001", "A002", "A003"):
        queue.add(call(number, seq=int(number[1:])))
    return queue


def order(queue):
    return [(waiting.number, waiting.counter) for waiting in queue.waiting]


def test_first_in_first_out(queue):
    assert [queue.next(now=100, still=always)[0].number for _ in range(3)] == ["A001", "A002", "A003"]
    assert queue.next(now=100, still=always) == (None, [])


def test_a_recall_while_it_waits_is_merged_and_keeps_its_place(queue):
    assert queue.add(call("A001", seq=1, calls=2, at=130)) == "merged"
    assert order(queue) == [("A001", "3"), ("A002", "3"), ("A003", "3")]
    assert queue.waiting[0].called_at == 130


def test_another_counter_replaces_the_call_and_keeps_its_place(queue):
    assert queue.add(call("A002", seq=9, counter="5")) == "replaced"
    assert order(queue) == [("A001", "3"), ("A002", "5"), ("A003", "3")]


def test_a_recall_of_what_is_being_spoken_is_ignored(queue):
    queue.next(now=100, still=always)
    assert queue.add(call("A001", seq=1, calls=2)) == "ignored"
    assert order(queue) == [("A002", "3"), ("A003", "3")]


def test_a_recall_after_it_was_spoken_is_said_again(queue):
    queue.next(now=100, still=always)
    queue.finish()
    assert queue.add(call("A001", seq=1, calls=2)) == "queued"


def test_a_new_call_of_what_is_being_spoken_is_said_too(queue):
    queue.next(now=100, still=always)
    assert queue.add(call("A001", seq=8, counter="4")) == "queued"


def test_what_is_not_called_any_more_is_dropped(queue):
    found, dropped = queue.next(now=100, still=lambda call: call.number == "A003")
    assert found.number == "A003"
    assert [(drop.call.number, drop.reason) for drop in dropped] == [
        ("A001", "no_longer_called"),
        ("A002", "no_longer_called"),
    ]


def test_what_is_older_than_a_minute_is_dropped(queue):
    queue.add(call("A002", seq=2, calls=2, at=150))
    found, dropped = queue.next(now=161, still=always)
    assert found.number == "A002"
    assert [(drop.call.number, drop.reason) for drop in dropped] == [("A001", "stale")]


def test_a_call_that_was_cut_comes_first_again(queue):
    queue.next(now=100, still=always)
    queue.put_back()
    assert queue.current is None
    assert order(queue)[0] == ("A001", "3")


@pytest.mark.parametrize(
    ("backlog", "said"),
    [
        (1, "zh-CN zh-HK en"),
        (2, "zh-CN zh-HK en"),
        (3, "zh-CN zh-HK"),
        (4, "zh-CN zh-HK"),
        (5, "zh-CN"),
        (7, "zh-CN"),
        (8, ""),
        (30, ""),
    ],
)
def test_the_steps_of_a_backlog(backlog, said):
    assert languages_for(("zh-CN", "zh-HK", "en"), backlog=backlog) == tuple(said.split())


def test_a_single_language_stays_until_the_chime_alone():
    assert languages_for(("en",), backlog=4) == ("en",)
    assert languages_for(("en",), backlog=8) == ()
