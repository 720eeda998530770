"""The clerk's console without a terminal: what it knows, what a key does, what an answer changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from client.board import Board, Json
from client.network import StopsWebsockets
from client.rest import Refused, Unreachable
from counter_client.terminal.by_voice import ByVoice
from counter_client.terminal.desk import Desk, Note
from counter_client.terminal.dialogs import Choice, Dialog
from counter_client.terminal.words import Words

LinkState = Literal["connecting", "live", "stale", "lost", "denied"]

STALE_AFTER = timedelta(seconds=15)
OUTLOOK_EVERY = timedelta(milliseconds=400)
LINE_EVERY = timedelta(seconds=5)
OWN_DAY_EVERY = timedelta(seconds=5)
REPEAT_QUIET = timedelta(milliseconds=700)
"""A held key repeats about thirty times a second, after half a second: nothing counts until it was quiet so long."""

OF_HALL = {"remove", "remove_many", "return"}
"""Commands that belong to no counter."""
COMPLETED_KEPT = 5
"""So many of the last completed tickets are offered when one is opened again."""


class Console:
    """One clerk at one counter. Follows the staff stream; all methods are called from one thread."""

    def __init__(
        self,
        *,
        hall: str,
        counter: str,
        username: str,
        client: str,
        desk: Desk,
        words: Words,
        voice: ByVoice,
        now: Callable[[], datetime],
    ) -> None:
        self.hall, self.counter, self.username = hall, counter, username
        self.words, self.voice = words, voice
        self.board = Board()
        self.link: LinkState = "connecting"
        self.outlook: Json | None = None
        self.own_day: Json | None = None
        self.undo_until: datetime | None = None
        self.pending: str | None = None
        self.note: Note | None = None
        self.completed: list[str] = []
        """The last numbers that this counter completed, the newest last."""
        self._of_network: Note | None = None
        self.dialog: Dialog | None = None
        self._signed_on = False
        self._other_console = False
        self._client, self._desk, self._now = client, desk, now
        self._ahead, self._zone = timedelta(0), now().tzinfo
        self._beat_at = now()
        self._outlook_due = self._line_due = False
        self._outlook_asked_at, self._line_asked_at = now() - OUTLOOK_EVERY, now() - LINE_EVERY
        self._own_day_due, self._own_day_asked_at = True, now() - OWN_DAY_EVERY
        self._key_at: dict[str, datetime] = {}

    # what it knows

    @property
    def own(self) -> Json | None:
        """This counter, as the staff stream shows it."""
        return self.board.counters.get(self.counter)

    @property
    def ticket(self) -> Json | None:
        """The ticket at this counter."""
        return self.own["ticket"] if self.own else None

    @property
    def paused(self) -> bool:
        """True while this counter calls nobody."""
        return bool(self.own and self.own["state"] == "paused")

    def just_called(self, ticket: Json) -> bool:
        """Whether a second "next" would say that a visitor is here who was called in the same breath."""
        return ticket["state"] == "called" and self._just_now(ticket["called_at"])

    def just_started(self, ticket: Json) -> bool:
        """Whether a second "next" would send a visitor away whose matter began in the same breath."""
        return ticket["state"] == "serving" and self._just_now(ticket["started_at"])

    def _just_now(self, moment: str | None) -> bool:
        at, guard = _time(moment), self._rules.get("next_guard_s", 0)
        return at is not None and self.server_now() - at < timedelta(seconds=guard)

    def starts_first(self, ticket: Json) -> bool:
        """Whether "next" begins the ticket: its visitor was called, and the hall wants to hear who came."""
        return ticket["state"] == "called" and self._rules.get("on_next") != "complete"

    @property
    def _rules(self) -> Json:
        rules: Json = (self.board.hall or {}).get("rules", {})
        return rules

    @property
    def on_duty(self) -> bool:
        """True when this clerk works at this counter, and from this console."""
        return self._signed_on and not self._other_console and self._clerk() == self.username

    @property
    def taken_by(self) -> str | None:
        """Who has this counter now, when it was ours."""
        if self._other_console:
            return self.words("another_console")
        taken = self._signed_on and self._clerk() not in {None, self.username}
        return str(self.own["clerk"]["name"]) if taken and self.own else None

    def _clerk(self) -> str | None:
        return self.own["clerk"]["username"] if self.own and self.own["clerk"] else None

    def server_now(self) -> datetime:
        """The server's time, by the last heartbeat and in the hall's zone."""
        return (self._now() + self._ahead).astimezone(self._zone)

    def undo_left(self) -> int:
        """Seconds in which undo still reaches back."""
        left = (self.undo_until - self.server_now()).total_seconds() if self.undo_until else 0
        return max(0, round(left))

    def usable(self) -> bool:
        """True when a key may send something."""
        return self.link in {"live", "stale"} and self.pending is None

    @property
    def away(self) -> bool:
        """True while the server is away and this clerk calls by voice."""
        return self.link == "lost" and self.on_duty

    @property
    def heard_at(self) -> datetime:
        """When the server spoke last, by its own clock."""
        return (self._beat_at + self._ahead).astimezone(self._zone)

    # what the link says

    def connected(self) -> None:
        """The connection stands; the first one signs on, a later one finds the counter as it is now."""
        self.link, self._beat_at = "live", self._now()
        if self.note is self._of_network:
            self.note = None
        self._changed()
        if not self._signed_on:
            self.sign_on()

    def lost(self, reason: Refused | Unreachable) -> None:
        """The connection is gone."""
        if self.link != "lost":
            self.voice.choose_open(self.outlook)
        self.link = "denied" if isinstance(reason, Refused) else "lost"
        if isinstance(reason, Refused):
            self.note = Note(reason.message, failed=True)
        elif isinstance(reason, StopsWebsockets):
            self.note = self._of_network = Note(reason.brief, failed=True)

    def heartbeat(self, beat: Json) -> None:
        """The server lives; its clock counts."""
        self.link, self._beat_at = "live", self._now()
        theirs = datetime.fromisoformat(beat["time"])
        self._ahead, self._zone = theirs - self._beat_at, theirs.tzinfo

    def console_opened(self, message: Json) -> None:
        """A console took a counter: another one than this took ours."""
        if message["hall"] == self.hall and message["counter"] == self.counter and message["client"] != self._client:
            self._other_console = True
            self.dialog = None

    def take_snapshot(self, snapshot: Json) -> None:
        """The hall as it is now."""
        self.board.take_snapshot(snapshot)
        self._changed()

    def apply(self, event: Json) -> None:
        """The next event of the hall."""
        self.board.apply(event)
        self._changed()
        ticket = event.get("ticket") or {}
        if event["kind"] == "ticket_completed" and ticket.get("counter") == self.counter:
            self.completed = [*(one for one in self.completed if one != ticket["number"]), ticket["number"]]
        elif event["kind"] in {"ticket_reopened", "ticket_undone"} and ticket:
            self.completed = [one for one in self.completed if one != ticket["number"]]
        self.completed = [] if event["kind"] == "day_ended" else self.completed[-COMPLETED_KEPT:]

    def tick(self) -> None:
        """Time has passed: notice a missing heartbeat, ask for the outlook when something changed."""
        if self.link == "live" and self._now() - self._beat_at > STALE_AFTER:
            self.link = "stale"
        if not self.on_duty or self.link != "live":
            return
        now = self._now()
        if self._outlook_due and now - self._outlook_asked_at >= OUTLOOK_EVERY:
            self._outlook_due, self._outlook_asked_at = False, now
            self._desk.ask("outlook", self._payload(), self._outlook_came)
        if self._line_due and now - self._line_asked_at >= LINE_EVERY:
            self._line_due, self._line_asked_at = False, now
            self._desk.ask("line", self._payload(), self._line_came)

        if self._own_day_due and now - self._own_day_asked_at >= OWN_DAY_EVERY:
            self._own_day_due, self._own_day_asked_at = False, now
            self._desk.ask("own_day", {"hall": self.hall}, self._own_day_came)

    def _own_day_came(self, answer: Json | Refused | Unreachable) -> None:
        if isinstance(answer, dict):
            self.own_day = answer

    def _changed(self) -> None:
        self._outlook_due = self._line_due = True

    def _outlook_came(self, answer: Json | Refused | Unreachable) -> None:
        if isinstance(answer, dict):
            self.outlook = answer

    def _line_came(self, answer: Json | Refused | Unreachable) -> None:
        if isinstance(answer, dict):
            self.keep(lambda: self.voice.know(answer["tickets"]))

    def keep(self, deed: Callable[[], None]) -> None:
        """Do what writes to this computer; say it when that fails."""
        try:
            deed()
        except OSError as error:
            self.note = Note(self.words("not_kept", why=error.strerror or error), failed=True)

    # what goes out

    def sign_on(self, *, take_over: bool = False) -> None:
        """Take this counter for this clerk."""
        self.send(
            "session", then=self._has_signed_on, client=self._client, **({"take_over": True} if take_over else {})
        )

    def send(self, name: str, *, then: Callable[[Json], None] | None = None, **payload: Any) -> None:
        """Send a command of this counter, or of its hall; one at a time, nothing without a connection."""
        if self.link not in {"live", "stale"}:
            self.note = Note(self.words("offline"), failed=True)
        elif self.pending is None:
            self.pending, self.note = name, None
            content = {"hall": self.hall, **payload} if name in OF_HALL else self._payload(**payload)
            self._desk.command(name, content, lambda answer: self._answered(name, answer, then))

    def ask(self, name: str, payload: Json, then: Callable[[Json], None]) -> None:
        """Ask something of this hall and take a good answer."""
        self._desk.ask(name, {"hall": self.hall, **payload}, lambda answer: self._told(answer, then))

    def leave(self) -> None:
        """End the program."""
        self._desk.leave()

    def first_of_a_row(self, key: str) -> bool:
        """False for the repeats of a held key."""
        before, self._key_at[key] = self._key_at.get(key), self._now()
        return before is None or self._now() - before >= REPEAT_QUIET

    def _payload(self, **more: Any) -> Json:
        return {"hall": self.hall, "counter": self.counter, **more}

    def _answered(self, name: str, answer: Json | Refused | Unreachable, then: Callable[[Json], None] | None) -> None:
        self.pending = None
        self._own_day_due = True
        self._changed()
        if isinstance(answer, dict):
            if "counter" in answer:
                self.board.counters[self.counter] = answer["counter"]
                self.undo_until = _time(answer.get("undo_until"))
            self.note = None
            if then:
                then(answer)
        elif isinstance(answer, Refused):
            self._refused(answer)
        else:
            self.note = Note(self.words("unknown_result"), failed=True)

    def _refused(self, refusal: Refused) -> None:
        self.note = Note(refusal.message, failed=True)
        if refusal.code == "counter_taken":
            clerk = refusal.params.get("clerk", "")
            self.dialog = Choice(
                self.words("ask_take_over", clerk=clerk),
                [(self.words("yes"), True), (self.words("no"), False)],
                lambda yes: self.sign_on(take_over=True) if yes else None,
                at=1,
            )

    def _told(self, answer: Json | Refused | Unreachable, then: Callable[[Json], None]) -> None:
        if isinstance(answer, dict):
            then(answer)
        else:
            text = answer.message if isinstance(answer, Refused) else self.words("offline")
            self.note = Note(text, failed=True)

    def _has_signed_on(self, answer: Json) -> None:
        self._signed_on, self._other_console = True, False


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
