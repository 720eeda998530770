"""Who may take how many tickets, when, and from where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LimitRules:
    """A hall's limits.

    identify: what a ticket asks of its visitor: "none", "phone" or "id". live_per_service: whether a person may hold
    only one live ticket for a service. per_day: tickets of a person in a day, None for no limit. many: from so many
    tickets of a day on a person stands in the supervisor's list. stop_minutes: ticket-taking ends so long before the
    hall's hours do. phone_*: tickets from a phone: how long before opening, at most how many waiting in a queue, and
    how many metres from the hall (`place`: latitude, longitude); None for no rule. contact_days: after that name,
    phone and e-mail are deleted.
    """

    identify: str = "none"
    live_per_service: bool = True
    per_day: int | None = None
    many: int = 5
    stop_minutes: int = 0
    phone_before_minutes: int = 0
    phone_most_waiting: int | None = None
    phone_metres: int | None = None
    place: tuple[float, float] | None = None
    contact_days: int = 7
