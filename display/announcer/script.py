"""From the hall's settings to what is said of a call or a notice. Pure; no network, the time passed in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from display.announcer.announcement import Plan, Refused
from display.announcer.board import Board
from display.announcer.clips import ALERT_CHIME, DEFAULT_CHIME, Clip
from display.announcer.text import ENGLISH, MANDARIN, Sentence, call_sentence, notice_sentences, piece_of
from display.announcer.voice_settings import VoiceSettings, read_voice
from display.announcer.zone_queue import Call, languages_for

NOTICE_PASSES = 2
#: What is said before a trial call, so that nobody goes to a counter.
TRIAL = {"zh-CN": "试音", "zh-HK": "試音", "en": "Sound test"}
MOST_LIKELY = 24


@dataclass(frozen=True)
class Script:
    """How this hall speaks, read once from its settings. `chimes` by name."""

    board: Board
    settings: VoiceSettings
    chimes: Mapping[str, Clip]
    time_zone: ZoneInfo | None

    @classmethod
    def of(cls, board: Board, chimes: Mapping[str, Clip]) -> "Script":
        """The script of the hall that the board shows now."""
        try:
            time_zone = ZoneInfo(str(board.hall.get("time_zone")))
        except (ZoneInfoNotFoundError, ValueError):
            time_zone = None
        voice = board.hall.get("voice")
        return cls(board, read_voice(voice if isinstance(voice, Mapping) else {}), chimes, time_zone)

    def call(self, zone: str, call: Call, *, backlog: int, now: float, apart: bool = False) -> Plan | Refused:
        """What is said of a call when `backlog` calls wait, this one included; `now`: seconds of the server's clock.

        apart: who hears it is not in that zone alone.
        """
        voice = self.settings.zone(zone)
        volume = self.settings.volume_at(self._local(now))
        if not voice.enabled or not (voice.speech or voice.chime):
            return Refused(call, "zone_silent")
        if volume == 0:
            return Refused(call, "quiet_hours")
        shown = tuple(self.sentence(call.number, call.counter, language, apart=apart) for language in voice.languages)
        said = languages_for(voice.languages, backlog=backlog) if voice.speech else ()
        return Plan(
            sentences=tuple(sentence for sentence in shown if sentence.language in said),
            captions=shown,
            chime=self.chime() if voice.chime else None,
            volume=volume,
            rate=self.settings.rate,
            call=call,
            reason="backlog" if voice.speech and len(said) < len(voice.languages) else None,
        )

    def notice(self, zone: str, text: Mapping[str, Any]) -> Plan | None:
        """What is said of an emergency notice; None in a zone that is never to sound. Quiet hours do not count."""
        voice = self.settings.zone(zone)
        if not voice.enabled:
            return None
        shown = [
            sentence
            for language in voice.languages
            for sentence in notice_sentences(_in(text, language), language=language, overrides=self.settings.overrides)
        ]
        said = shown * NOTICE_PASSES if voice.speech else []
        chime = self.chimes.get(ALERT_CHIME)
        return Plan(tuple(said), tuple(shown), chime, volume=self.settings.volume, rate=self.settings.rate)

    def trial(self, zone: str) -> Plan:
        """A call of nobody, by which people hear whether and how loud a loudspeaker sounds; in quiet hours too."""
        kinds, counters = self.board.hall.get("counter_types") or [], self.board.hall.get("counters") or []
        number = f"{kinds[0]['prefix'] if kinds else ''}123"
        counter = str(counters[0]["code"]) if counters else "1"
        said = [
            sentence
            for language in self.settings.zone(zone).languages
            for sentence in (
                *notice_sentences(TRIAL.get(language, TRIAL["en"]), language=language),
                self.sentence(number, counter, language),
            )
        ]
        return Plan(tuple(said), (), self.chime(), volume=self.settings.volume, rate=self.settings.rate, trial=True)

    def sentence(self, number: str, counter: str, language: str, *, apart: bool = False) -> Sentence:
        """The call of a number to a counter in a language."""
        return call_sentence(
            language=language,
            number=number,
            counter=counter,
            name=self.board.counter_name(counter, language),
            where=self.board.way(counter, language, apart=apart),
            template=self.settings.templates[language],
            overrides=self.settings.overrides,
        )

    def likely(self, apart: Callable[[str], bool] = lambda zone: False) -> list[Sentence]:
        """Sentences that may be needed next, most likely first; `apart` by the counter's zone."""
        sentences = (
            self.sentence(number, counter, language, apart=apart(self.board.zone_of_counter(counter)))
            for number, counter in self.board.likely_calls()
            for language in self.settings.languages
        )
        return list(islice(sentences, MOST_LIKELY))

    def chime(self) -> Clip | None:
        """The chime before calls, None when the hall wants none."""
        name = self.settings.chime
        return None if name is None else self.chimes.get(name) or self.chimes.get(DEFAULT_CHIME)

    def pieces(self) -> dict[str, set[str]]:
        """By language, every recorded piece that the hall's calls can need."""
        hall = self.board.hall
        signs = {sign for kind in hall.get("counter_types", []) for sign in str(kind["prefix"]).upper()}
        signs |= set("0123456789")
        counters = [str(counter["code"]) for counter in hall.get("counters", [])]
        return {language: signs | self._words(counters, language) for language in self.settings.languages}

    def _words(self, counters: Iterable[str], language: str) -> set[str]:
        pieces = {piece for code in counters for piece in self.sentence("", code, language).pieces}
        return {piece for piece in pieces if piece_of(piece)}

    def _local(self, now: float) -> datetime:
        at = datetime.fromtimestamp(now, UTC)
        return at.astimezone(self.time_zone)


def _in(text: Mapping[str, Any], language: str) -> str:
    """A notice in a language; Cantonese falls back to Chinese, never the other way round to English."""
    fallback = ENGLISH if language == ENGLISH else MANDARIN
    return str(text.get(language) or text.get(fallback) or "")
