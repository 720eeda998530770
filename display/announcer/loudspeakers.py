"""Who plays a zone's sound: one screen at a time, which keeps the right while it works. Pure; the time passed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BENCH_S = 30.0
CARD = "card"


@dataclass(frozen=True)
class Screen:
    """A display of the hall and whether it can sound. `zone` None: it shows, and sounds for, every zone.

    page: names the page as it was loaded, so that a page loaded anew is known from one whose line was cut; None where
    the screen does not say.
    """

    id: Any
    zone: str | None
    sound: str
    page: str | None = None


class Loudspeakers:
    """The screens that may sound, the zone's owner among them, and which are left alone after a failure."""

    def __init__(self) -> None:
        self._screens: list[Screen] = []
        self._owners: dict[str, Any] = {}
        self._benched: dict[Any, float] = {}
        self._pages: dict[Any, str | None] = {}
        #: Who is not there any more, and has not come back with a voice.
        self.gone: set[Any] = set()
        self.card = False

    def update(self, screens: Iterable[Mapping[str, Any]]) -> list[Any]:
        """The hall's screens as the server knows them now; who is not among them is gone.

        Returns: whose page was loaded anew. What it was playing is lost, and it need not be left alone any more.
        """
        before = {screen.id for screen in self._screens}
        self._screens = [
            Screen(one["id"], one.get("zone"), one.get("sound", "off"), one.get("page")) for one in screens
        ]
        self.gone |= before - {screen.id for screen in self._screens}
        pages: dict[Any, list[str | None]] = {}
        for screen in self._screens:
            if screen.sound != "off":  # before it has said that it sounds nothing could be done about it
                pages.setdefault(screen.id, []).append(screen.page)
        anew = [speaker for speaker, open_now in pages.items() if self._is_new(speaker, open_now)]
        for speaker, open_now in pages.items():
            if self._pages.get(speaker) not in open_now:
                self._pages[speaker] = open_now[-1]
            self.gone.discard(speaker)
        for speaker in anew:
            self._benched.pop(speaker, None)
        return anew

    def out_of_reach(self) -> None:
        """The server cannot be reached, and so none of the screens; they may play on."""
        self._screens = []

    def failed(self, speaker: Any, *, now: float) -> None:
        """Leave it alone for 30 s; the next owner takes over."""
        self._benched[speaker] = now + BENCH_S

    def owner(self, zone: str, *, now: float) -> Any | None:
        """The screen's id, `card` for the machine's own, None when nobody can sound.

        The owner stays while it can; then a screen of the zone, then one of all zones, then the card.
        """
        able = [screen for screen in self._screens if screen.zone in (zone, None) and self._able(screen, now)]
        able.sort(key=lambda screen: (screen.zone is None, str(screen.id)))
        ids = [screen.id for screen in able]
        if self._owners.get(zone) not in ids:
            self._owners[zone] = ids[0] if ids else None
        if self._owners[zone] is None and self.card and self._benched.get(CARD, 0) <= now:
            return CARD
        return self._owners[zone]

    def apart(self, zone: str, *, now: float) -> bool:
        """Whether a zone's calls are heard elsewhere too: by a screen of the whole hall, or the machine's own card."""
        owner = self.owner(zone, now=now)
        return all(screen.id != owner or screen.zone is None for screen in self._screens)

    def of_zone(self, zone: str) -> list[Any]:
        """The ids of the screens that show a zone, sounding or not."""
        return [screen.id for screen in self._screens if screen.zone in (zone, None)]

    def _is_new(self, speaker: Any, pages: list[str | None]) -> bool:
        """One screen may be open in two windows: it is new when none of them is the one that was known."""
        if pages == [None]:
            return speaker in self.gone
        return speaker in self._pages and self._pages[speaker] not in pages

    def _able(self, screen: Screen, now: float) -> bool:
        return screen.sound == "on" and self._benched.get(screen.id, 0) <= now
