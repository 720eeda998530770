"""The order and the sizes of what stands on a ticket; pure, nothing is drawn here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from printing.ticket import PrintedTicket
from printing.words import ahead_words, clock_words, counter_words, place_words, say, text_of, wait_words

LARGE, MIDDLE, SMALL = 36, 28, 23
MARKS = {"appointment": "marked_appointment", "priority": "priority"}


@dataclass(frozen=True)
class Words:
    """A line of text, centred. size: dots of the font on 80 mm paper."""

    text: str
    size: int


@dataclass(frozen=True)
class Number:
    """The ticket's number, as large as the paper allows."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True)
class Code:
    """The visitor's page as QR."""

    url: str


@dataclass(frozen=True)
class Picture:
    """The hall's own picture, a PNG in base64."""

    content: str


Line = Words | Number | Rule | Code | Picture


def ticket_lines(ticket: PrintedTicket) -> list[Line]:
    """Hall, number, service, the wait, the counters, the QR, the time: top to bottom, each in every language."""
    languages = ticket.languages
    lines: list[Line] = [Picture(ticket.picture)] if ticket.picture else []
    lines += [*_each(languages, lambda of: text_of(ticket.hall, of), LARGE), Rule()]
    lines.append(Words(" · ".join(say(language, "your_number") for language in languages), SMALL))
    lines += [Number(ticket.number), *_marks(ticket)]
    lines += [*_services(ticket), Rule(), *_appointment(ticket), *_outlook(ticket)]
    if ticket.url:
        scan = "scan_later" if ticket.scan_later else "scan"
        lines += [Code(ticket.url), *_each(languages, lambda of: say(of, scan), SMALL)]
    lines += _each(languages, lambda of: text_of(ticket.note, of), SMALL)
    for own in ticket.lines:
        lines += _each(languages, lambda of, own=own: text_of(own, of), SMALL)  # type: ignore[misc]
    return [*lines, Rule(), Words(f"{ticket.issued_at:%Y-%m-%d %H:%M}", SMALL)]


def _marks(ticket: PrintedTicket) -> list[Line]:
    """Why it goes earlier, and what must be ready for that."""
    lines: list[Line] = []
    for mark in ticket.marks:
        words = " ".join(say(language, MARKS[mark]) for language in ticket.languages)
        lines.append(Words(f"【 {words} 】", MIDDLE))
    if any(ticket.proof.values()):
        lines += _each(ticket.languages, lambda of: say(of, "ready", proof=text_of(ticket.proof, of)), MIDDLE)
    return lines


def _services(ticket: PrintedTicket) -> list[Line]:
    """The service, or those of the visit, numbered in their order."""
    if len(ticket.steps) < 2:
        return _each(ticket.languages, lambda of: text_of(ticket.service, of), LARGE)
    lines: list[Line] = []
    for at, step in enumerate(ticket.steps, start=1):
        lines += _each(ticket.languages, lambda of, at=at, step=step: f"{at}. {text_of(step, of)}", MIDDLE)  # type: ignore[misc]
    return lines


def _appointment(ticket: PrintedTicket) -> list[Line]:
    at, called_from = ticket.appointment, ticket.called_from
    if at is None:
        return []
    taken = ticket.issued_at
    lines = _each(ticket.languages, lambda of: say(of, "appointment", at=clock_words(of, at, taken=taken)), MIDDLE)
    if called_from is not None:
        lines += _each(
            ticket.languages, lambda of: say(of, "called_from", at=clock_words(of, called_from, taken=taken)), MIDDLE
        )
    return lines


def _outlook(ticket: PrintedTicket) -> list[Line]:
    lines: list[Line] = []
    ahead, wait, counters = ticket.ahead, ticket.wait, ticket.counters
    if ahead is not None:
        lines += _each(ticket.languages, lambda of: ahead_words(of, ahead), MIDDLE)
    if wait is not None:
        lines += _each(ticket.languages, lambda of: wait_words(of, wait, taken=ticket.issued_at), MIDDLE)
    for place in ticket.places:
        lines += _each(ticket.languages, lambda of, place=place: place_words(of, place), MIDDLE)  # type: ignore[misc]
    if counters and not ticket.places:
        lines += _each(ticket.languages, lambda of: counter_words(of, counters), MIDDLE)
    if ahead is not None and wait is None and not counters:
        lines += _each(ticket.languages, lambda of: say(of, "no_counter"), MIDDLE)
    return lines


def _each(languages: Sequence[str], words: Callable[[str], str], size: int) -> list[Line]:
    """The first language large, the others small; a text said twice is printed once."""
    texts = dict.fromkeys(words(language) for language in languages)
    return [Words(text, SMALL if at else size) for at, text in enumerate(filter(None, texts))]
