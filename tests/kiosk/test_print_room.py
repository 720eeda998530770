"""The server's side of printing, on the small hall of the server's tests."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from server.domain.refusals import Refusal
from server.realtime.connections import Connection, Connections
from server.realtime.relay import Relay
from server.services.devices import devices
from server.services.printing import print_jobs, ticket_text
from server.services.printing.print_jobs import JOB_LIVES
from server.services.runtime.actor import Actor
from server.services.tickets import issuing
from server.workers.ticket_printer import TicketPrinter
from tests.kiosk.fake_paper import PAPER_OUT, FakePrinter, listening, picture_of
from tests.server.small_hall import ALICE, Desk


class Sockets:
    """What is pushed, to whom; tasks run when `work` is called."""

    def __init__(self):
        self.pushed = []
        self.tasks = []

    def emit(self, name, content, *, namespace, to):
        assert namespace == "/kiosk"
        self.pushed.append((name, to, content))

    def start_background_task(self, task, *arguments):
        self.tasks.append((task, arguments))

    def work(self):
        while self.tasks:
            task, arguments = self.tasks.pop(0)
            task(*arguments)


class Kiosk:
    """A hall with one kiosk and a clock turned by hand."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.desk = Desk(folder)
        self.io, self.connections, self.folder = Sockets(), Connections(), folder / "printed"
        monkeypatch.setattr("server.workers.ticket_printer.now_ms", lambda: self.desk.now)
        self.room = self.open_room()
        self.actor: Actor | None = None

    def open_room(self) -> TicketPrinter:
        return TicketPrinter(
            Relay(self.io, None, channel=""),
            self.io,
            self.desk.deployment,
            self.connections,
            public_url="http://hall",
            folder=self.folder,
            run_blocking=lambda function, *arguments: function(*arguments),
        )

    def pair(self, kind: str, settings: dict | None = None) -> Actor:
        deployment = self.desk.deployment
        _, token = devices.make_device(deployment, hall="hall", kind=kind, settings=settings or {}, now=self.desk.now)
        actor = devices.by_token(deployment, token=token, now=self.desk.now)
        assert actor
        return actor

    def with_printer(self, **printer) -> None:
        self.actor = self.pair("kiosk", {"printer": printer})

    def take(self, key: str | None = None) -> dict:
        fields = {"service": "pass", "status": None, "language": None}
        return self.desk.do(issuing.issue_ticket, self.actor, key=key, **fields).body

    def look(self) -> None:
        self.room.look(self.desk.now)
        self.io.work()

    def connect(self, agent: Actor) -> None:
        self.connections.add(Connection("/kiosk", f"sid{agent.id}", agent, "hall", "en"))

    def states(self) -> list[tuple[str, str | None]]:
        return [(told["state"], told["error"]) for name, _, told in self.io.pushed if name == "print_state"]

    def jobs_sent(self) -> list[dict]:
        return [content for name, _, content in self.io.pushed if name == "print"]


@pytest.fixture
def kiosk(tmp_path, monkeypatch):
    kiosk = Kiosk(tmp_path, monkeypatch)
    yield kiosk
    kiosk.desk.database.close()


def test_a_kiosk_without_a_printer_orders_nothing(kiosk):
    kiosk.with_printer(kind="none")
    assert kiosk.take()["print"] is None
    kiosk.look()
    assert kiosk.io.pushed == []


def test_only_a_kiosks_answer_speaks_of_paper(kiosk):
    kiosk.actor = None
    answer = kiosk.desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body
    assert "print" not in answer


def test_a_network_printer_prints_and_the_kiosk_is_told(kiosk):
    with listening(FakePrinter()) as printer:
        kiosk.with_printer(kind="network", host="127.0.0.1", port=printer.port, width_mm=80, dots=512)
        answer = kiosk.take()
        assert answer["print"]["state"] == "queued"
        kiosk.look()
    assert picture_of(printer.tickets[0]).width == 512
    assert kiosk.states() == [("printing", None), ("printed", None)]
    name, room, told = kiosk.io.pushed[-1]
    assert (name, room) == ("print_state", f"device:{kiosk.actor.id}")
    assert told == {"job": answer["print"]["job"], "number": answer["number"], "state": "printed", "error": None}


def test_the_same_press_twice_prints_once(kiosk):
    kiosk.with_printer(kind="file")
    assert kiosk.take(key="press")["print"] == kiosk.take(key="press")["print"]
    kiosk.look()
    kiosk.look()
    assert [path.name for path in sorted(kiosk.folder.iterdir())] == ["A001.bin", "A001.png"]
    assert kiosk.states() == [("printing", None), ("printed", None)]


def test_paper_that_is_out_is_told_and_the_next_ticket_is_tried(kiosk):
    with listening(FakePrinter(paper=PAPER_OUT)) as printer:
        kiosk.with_printer(kind="network", host="127.0.0.1", port=printer.port)
        kiosk.take()
        kiosk.look()
        printer.paper = 0x12
        kiosk.take()
        kiosk.look()
    assert kiosk.states() == [("printing", None), ("failed", "paper_out"), ("printing", None), ("printed", None)]


def test_a_dead_printer_fails_its_job_and_holds_up_no_other(kiosk):
    with listening(FakePrinter()) as dead:
        pass
    kiosk.with_printer(kind="network", host="127.0.0.1", port=dead.port)
    kiosk.take()
    other = kiosk.actor
    kiosk.with_printer(kind="file")
    kiosk.take()
    kiosk.room.look(kiosk.desk.now)
    assert len(kiosk.io.tasks) == 2
    kiosk.io.work()
    told = {room: content["state"] for name, room, content in kiosk.io.pushed if name == "print_state"}
    assert told == {f"device:{other.id}": "failed", f"device:{kiosk.actor.id}": "printed"}


def test_an_agent_gets_the_picture_and_its_word_counts(kiosk):
    agent = kiosk.pair("printer")
    kiosk.with_printer(kind="agent", device=agent.id)
    kiosk.connect(agent)
    job = kiosk.take()["print"]["job"]
    kiosk.look()
    (sent,) = kiosk.jobs_sent()
    assert sent["job"] == job
    assert sent["ticket"]["number"] == "A001"
    assert sent["ticket"]["url"].startswith("http://hall/t/")
    assert Image.open(io.BytesIO(base64.b64decode(sent["picture"]))).width == 576
    kiosk.room.printed(agent.id, {"job": job, "ok": False, "error": "paper_out", "paper": "out"})
    assert kiosk.states() == [("printing", None), ("failed", "paper_out")]
    kiosk.room.printed(agent.id, {"job": job, "ok": True})
    assert kiosk.states()[-1] == ("printed", None)


def test_a_job_waits_for_its_agent_and_is_sent_again_after_a_lost_line(kiosk):
    agent = kiosk.pair("printer")
    kiosk.with_printer(kind="agent", device=agent.id)
    kiosk.take()
    kiosk.look()
    assert kiosk.jobs_sent() == []
    kiosk.connect(agent)
    kiosk.room.agent_came(agent.id)
    kiosk.look()
    kiosk.look()
    assert len(kiosk.jobs_sent()) == 1
    kiosk.room.agent_came(agent.id)
    kiosk.look()
    assert len(kiosk.jobs_sent()) == 2


def test_a_ticket_is_not_printed_when_its_visitor_has_long_gone(kiosk):
    agent = kiosk.pair("printer")
    kiosk.with_printer(kind="agent", device=agent.id)
    kiosk.take()
    kiosk.desk.wait(JOB_LIVES / 1000 + 1)
    kiosk.look()
    assert kiosk.states() == [("failed", "offline")]
    kiosk.connect(agent)
    kiosk.room.agent_came(agent.id)
    kiosk.look()
    assert kiosk.jobs_sent() == []


def test_a_ticket_under_way_on_a_slow_line_is_not_given_up(kiosk):
    agent = kiosk.pair("printer")
    kiosk.with_printer(kind="agent", device=agent.id)
    kiosk.connect(agent)
    job = kiosk.take()["print"]["job"]
    kiosk.look()
    kiosk.room.begun(agent.id, {"job": job, "seconds": 31}, now=kiosk.desk.now)
    kiosk.desk.wait(JOB_LIVES / 1000 + 20)
    kiosk.look()
    assert [state for state, _ in kiosk.states()] == ["printing", "printing"]
    kiosk.room.printed(agent.id, {"job": job, "ok": False, "error": "torn"})
    assert kiosk.states()[-1] == ("failed", "torn")
    for content in ({"job": job}, {"job": job, "seconds": -1}, {"job": job, "seconds": True}, {"seconds": 3}):
        with pytest.raises(Refusal) as refused:
            kiosk.room.begun(agent.id, content, now=kiosk.desk.now)
        assert refused.value.code == "invalid"


def test_a_server_that_starts_again_prints_what_was_open(kiosk):
    kiosk.with_printer(kind="file")
    kiosk.take()
    kiosk.desk.wait(5)
    kiosk.room = kiosk.open_room()
    kiosk.look()
    assert kiosk.states() == [("printing", None), ("printed", None)]
    kiosk.room = kiosk.open_room()
    kiosk.look()
    assert len(kiosk.states()) == 2


def test_an_agent_speaks_only_of_its_own_jobs(kiosk):
    agent, stranger = kiosk.pair("printer"), kiosk.pair("printer")
    kiosk.with_printer(kind="agent", device=agent.id)
    job = kiosk.take()["print"]["job"]
    for who, content, code in (
        (stranger, {"job": job, "ok": True}, "forbidden"),
        (agent, {"job": 99, "ok": True}, "forbidden"),
        (agent, {"job": "1", "ok": True}, "invalid"),
        (agent, {"job": True, "ok": True}, "invalid"),
        (agent, {"job": job}, "invalid"),
        (agent, {"job": job, "ok": False, "error": "x" * 61}, "invalid"),
        (agent, {"job": job, "ok": True, "paper": "lots"}, "invalid"),
    ):
        with pytest.raises(Refusal) as refused:
            kiosk.room.printed(who.id, content)
        assert refused.value.code == code
    assert print_jobs.find_job(kiosk.desk.deployment, job).state == "queued"


def test_what_stands_on_the_paper_is_what_the_visitor_sees(kiosk):
    kiosk.with_printer(kind="file")
    kiosk.desk.sign_on(ALICE, "1")
    kiosk.take()
    kiosk.desk.wait(1)
    number = kiosk.take()["number"]
    ticket = kiosk.desk.see(ticket_text.by_number, number=number, base="http://hall")["ticket"]
    assert ticket.number == "A002"
    assert ticket.ahead == 1
    assert ticket.counters == ("1",)
    assert ticket.languages == ("zh-CN", "en")
    assert ticket.issued_at.isoformat() == "2026-11-23T09:00:01+08:00"


def test_a_ticket_printed_again_wakes_the_room(kiosk):
    kiosk.with_printer(kind="file")
    number = kiosk.desk.take()
    assert kiosk.room._wake.empty()
    kiosk.desk.do(print_jobs.print_again, ALICE, number=number, device_id=kiosk.actor.id)
    assert not kiosk.room._wake.empty()
    kiosk.look()
    assert [state for state, _ in kiosk.states()] == ["printing", "printed"]
