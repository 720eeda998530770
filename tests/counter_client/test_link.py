"""The link against a real server: it comes back by itself, and nothing is done twice."""

import socket
import threading
import time
from contextlib import closing

import pytest

from bench.hall import PASSWORD, demo_folder, serving
from client import link as link_module
from client.link import Link
from client.rest import Refused, Rest, Unreachable
from client.sign_in import SignIn
from tests.counter_client.cut_wire import CutWire


class Told:
    """A listener that remembers, and can be waited for."""

    def __init__(self):
        self.seen, self._news = [], threading.Condition()

    def _note(self, what):
        with self._news:
            self.seen.append(what)
            self._news.notify_all()

    def connected(self):
        self._note("connected")

    def lost(self, reason):
        self._note(reason)

    def heard(self, name, message):
        self._note((name, message))

    def wait(self, condition, seconds=20):
        with self._news:
            assert self._news.wait_for(lambda: condition(self.seen), seconds), self.seen


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def data():
    with demo_folder() as folder:
        yield folder


def sign_in(port, password=PASSWORD):
    return SignIn(server=f"http://127.0.0.1:{port}", username="clerk1", password=password, language="en")


def issue(hall, count):
    with closing(Rest(server=hall.server)) as rest:
        for _ in range(count):
            rest.post(f"/halls/{hall.code}/tickets", {"service": "consult"})


def waiting(hall):
    with closing(Rest(server=hall.server)) as rest:
        return rest.get(f"/halls/{hall.code}/board")["waiting"]["general"]


@pytest.fixture
def wire():
    wires = []

    def to(port):
        wires.append(CutWire(port))
        return wires[0]

    yield to
    for each in wires:
        each.close()


def test_a_command_whose_answer_was_lost_is_done_once(data, wire):
    told = Told()
    with serving(data, port=free_port()) as hall:
        cut_wire = wire(int(hall.server.rpartition(":")[2]))
        link = Link(namespace="/counter", sign_in=sign_in(cut_wire.port), listener=told)
        link.start()
        assert link.wait_open(seconds=10)
        place = {"hall": hall.code, "counter": "1"}
        link.command("session", place)
        issue(hall, 3)
        answers = []
        cut_wire.deaf.set()
        asker = threading.Thread(target=lambda: answers.append(link.command("call_next", place)))
        asker.start()
        assert cut_wire.dropped.wait(10)
        end = time.monotonic() + 10
        while waiting(hall) == 3 and time.monotonic() < end:
            time.sleep(0.02)  # the server has done it, the client does not know
        cut_wire.deaf.clear()
        cut_wire.cut()
        asker.join(20)
        assert answers[0]["ticket"]["state"] == "called"
        assert waiting(hall) == 2
        assert told.seen.count("connected") == 2
        link.stop()


def test_it_comes_back_to_a_server_that_was_restarted(data):
    told, port = Told(), free_port()
    with serving(data, port=port):
        link = Link(namespace="/counter", sign_in=sign_in(port), listener=told, language="en")
        link.start()
        told.wait(lambda seen: "connected" in seen)
    told.wait(lambda seen: any(isinstance(each, Unreachable) for each in seen))
    with pytest.raises(Unreachable):
        link.ask("outlook", {})
    with serving(data, port=port) as hall:
        told.wait(lambda seen: seen.count("connected") == 2)
        assert link.command("session", {"hall": hall.code, "counter": "2"})["counter"]["state"] == "open"
        with pytest.raises(Refused) as refusal:
            link.command("recall", {"hall": hall.code, "counter": "2"})
        assert (refusal.value.code, refusal.value.message) == ("no_ticket", "This counter has no ticket now")
        link.stop()
    assert any(each[0] == "bye" for each in told.seen if isinstance(each, tuple))


def test_a_line_that_has_gone_silent_is_given_up_and_made_anew(data, wire, monkeypatch):
    monkeypatch.setattr(link_module, "SILENCE", 3.0)
    told = Told()
    with serving(data, port=free_port()) as hall:
        cut_wire = wire(int(hall.server.rpartition(":")[2]))
        link = Link(namespace="/counter", sign_in=sign_in(cut_wire.port), listener=told)
        link.start()
        told.wait(lambda seen: "connected" in seen)
        cut_wire.hush(forgets=True)  # a router that forgot: nobody is told that this line is dead
        cut_wire.speak()
        told.wait(lambda seen: seen.count("connected") == 2, seconds=12)
        assert any(isinstance(each, Unreachable) for each in told.seen)
        link.stop()


def test_a_wrong_password_is_said_once_and_not_tried_again(data):
    told, port = Told(), free_port()
    with serving(data, port=port):
        link = Link(namespace="/counter", sign_in=sign_in(port, "wrong"), listener=told)
        link.start()
        told.wait(lambda seen: seen)
        link.stop()
    assert [each.code for each in told.seen] == ["bad_login"]


def test_a_token_that_ended_is_renewed_by_signing_in_again(data):
    told, port = Told(), free_port()
    with serving(data, port=port) as hall:
        person = sign_in(port)
        with closing(Rest(server=hall.server)) as rest:
            rest.sign(person.token())
            rest.post("/logout", {})
        link = Link(namespace="/counter", sign_in=person, listener=told)
        link.start()
        told.wait(lambda seen: "connected" in seen)
        link.stop()
    assert isinstance(told.seen[0], Unreachable)


def test_a_server_that_is_not_there_is_tried_again_at_growing_distances():
    told = Told()
    link = Link(namespace="/counter", sign_in=sign_in(free_port()), listener=told)
    link.start()
    told.wait(lambda seen: len(seen) >= 2)
    link.stop()
    assert all(isinstance(each, Unreachable) for each in told.seen)
    with pytest.raises(Unreachable, match="no answer to call_next within 0 s"):
        link.command("call_next", {}, patience=0.1)


def test_what_the_library_says_of_a_line_does_not_go_across_the_screen(data, capfd):
    with serving(data, port=(port := free_port())):
        told = Told()
        link = Link(namespace="/counter", sign_in=sign_in(port), listener=told)
        link.start()
        told.wait(lambda seen: "connected" in seen)
        for logger in (link._client.logger, link._client.eio.logger):
            logger.error("packet queue is empty, aborting")
        link.stop()
    assert "aborting" not in capfd.readouterr().err
