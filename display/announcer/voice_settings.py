"""The `voice` part of a hall (docs/protocol.md, "Sound") as checked values; what cannot be used has its default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from display.announcer.text import TEMPLATES, TemplateError, check_template

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_LANGUAGES = ("zh-CN", "en")


@dataclass(frozen=True)
class Quiet:
    """From `start` to `end` (past midnight when it is not after `start`) on `days`, the volume is `volume`."""

    days: frozenset[str]
    start: time
    end: time
    volume: float

    def covers(self, at: datetime) -> bool:
        """Whether the local time `at` lies in it."""
        today, yesterday = DAYS[at.weekday()], DAYS[at.weekday() - 1]
        clock = at.time().replace(tzinfo=None)
        if self.start < self.end:
            return today in self.days and self.start <= clock < self.end
        return (today in self.days and clock >= self.start) or (yesterday in self.days and clock < self.end)


@dataclass(frozen=True)
class ZoneVoice:
    """What sounds in a zone. `enabled`: whether anything does."""

    enabled: bool = True
    speech: bool = True
    chime: bool = True
    languages: tuple[str, ...] = DEFAULT_LANGUAGES


@dataclass(frozen=True)
class VoiceSettings:
    """How a hall speaks. `problems` are sentences about values that could not be used."""

    languages: tuple[str, ...] = DEFAULT_LANGUAGES
    chime: str | None = "two-tone"
    rate: float = 1.0
    volume: float = 1.0
    templates: Mapping[str, str] = field(default_factory=lambda: dict(TEMPLATES))
    overrides: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, ZoneVoice] = field(default_factory=dict)
    quiet: tuple[Quiet, ...] = ()
    problems: tuple[str, ...] = ()

    def zone(self, code: str) -> ZoneVoice:
        """The zone's own settings, the hall's where it has none."""
        return self.zones.get(code, ZoneVoice(languages=self.languages))

    def volume_at(self, at: datetime) -> float:
        """0 to 1 at the local time `at`; where quiet hours overlap, the quietest."""
        return min([quiet.volume for quiet in self.quiet if quiet.covers(at)], default=self.volume)


def read_voice(voice: Mapping[str, Any]) -> VoiceSettings:
    """Settings from the hall's `voice` object; never raises, bad values are named in `problems`."""
    problems: list[str] = []
    languages = _languages(voice.get("languages"), DEFAULT_LANGUAGES)
    return VoiceSettings(
        languages=languages,
        chime=voice["chime"] if isinstance(voice.get("chime", ""), str | None) and "chime" in voice else "two-tone",
        rate=_number(voice, "rate", 1.0, low=0.5, high=2.0, problems=problems),
        volume=_number(voice, "volume", 1.0, low=0.0, high=1.0, problems=problems),
        templates=TEMPLATES | dict(_templates(_mapping(voice.get("templates")), problems)),
        overrides={str(key): str(value) for key, value in _mapping(voice.get("overrides")).items()},
        zones={code: _zone(_mapping(zone), languages) for code, zone in _mapping(voice.get("zones")).items()},
        quiet=tuple(_quiet(voice.get("quiet") or [], problems)),
        problems=tuple(problems),
    )


def _zone(zone: Mapping[str, Any], languages: tuple[str, ...]) -> ZoneVoice:
    return ZoneVoice(
        enabled=zone.get("enabled", True) is not False,
        speech=zone.get("speech", True) is not False,
        chime=zone.get("chime", True) is not False,
        languages=_languages(zone.get("languages"), languages),
    )


def _languages(value: Any, default: tuple[str, ...]) -> tuple[str, ...]:
    chosen = [language for language in value if language in TEMPLATES] if isinstance(value, list) else []
    return tuple(dict.fromkeys(chosen)) or default


def _templates(templates: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, str]]:
    for language, template in templates.items():
        try:
            check_template(str(template))
        except TemplateError as error:
            problems.append(f"the sentence for {language} is not usable: {error}")
        else:
            yield language, str(template)


def _quiet(entries: Any, problems: list[str]) -> Iterator[Quiet]:
    for entry in entries if isinstance(entries, list) else []:
        try:
            days = frozenset(entry.get("days") or DAYS) & frozenset(DAYS)
            volume = min(1.0, max(0.0, float(entry["volume"])))
            yield Quiet(days, time.fromisoformat(entry["from"]), time.fromisoformat(entry["to"]), volume)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problems.append(f"a quiet time is not usable: {entry!r} ({error})")


def _number(
    voice: Mapping[str, Any], name: str, default: float, *, low: float, high: float, problems: list[str]
) -> float:
    value = voice.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    problems.append(f"{name} must be a number from {low:g} to {high:g}, not {value!r}")
    return default


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
