"""From a sentence to a clip: kept, or spoken by the best voice that can, or None when no voice can."""

import logging
from collections.abc import Iterable, Sequence

from client.language import words
from display.announcer.clips import Clip, ClipStore, key_of
from display.announcer.providers import Provider
from display.announcer.sound import TARGET_LUFS, level, write_wav
from display.announcer.text import Sentence
from display.announcer.voice_process import VoiceFault

log = logging.getLogger(__name__)


class VoiceFallback:
    """The voices in the order in which they are asked, and how they do. Used by one thread."""

    def __init__(self, voices: Sequence[Provider], *, store: ClipStore) -> None:
        self._voices, self._store = list(voices), store
        self._by: dict[str, str | None] = {}
        self._faulty: set[str] = set()

    def clip(self, sentence: Sentence, *, rate: float) -> Clip | None:
        """The sentence as a clip; asks the voices in turn, and never an English voice for Chinese."""
        faulty = False
        for voice in self._voices:
            if not voice.can(sentence):
                continue
            key = key_of(voice.name, sentence.language, f"{rate:.2f}", sentence.spoken, sentence.pieces, TARGET_LUFS)
            kept = self._store.get(key)
            if kept:
                return kept
            try:
                sound = level(voice.speak(sentence, rate=rate))
                made = self._store.put(key, write_wav(sound))
            except (VoiceFault, OSError) as error:
                faulty = True
                self._say_once(sentence.language, voice.name, error)
                continue
            self._note(sentence.language, voice.name, faulty=faulty)
            return made
        self._note(sentence.language, None, faulty=True)
        return None

    def probe(self) -> None:
        """Try the languages that fail, so that a voice that came back is seen before the next call."""
        for language in sorted(self._faulty):
            sentence = Sentence(language, "1", "1", ("1",))
            able = [voice for voice in self._voices if voice.can(sentence)]
            try:
                able[0].speak(sentence, rate=1.0)
            except (IndexError, VoiceFault):
                continue
            self._note(language, able[0].name, faulty=False)

    def state(self, languages: Iterable[str]) -> str:
        """`ok`; `degraded`: a language is silent or spoken by a stand-in; `dead`: no language has a voice."""
        wanted = [language for language in languages if language in self._by]
        if wanted and all(self._by[language] is None for language in wanted):
            return "dead"
        return "degraded" if self._faulty & set(wanted) else "ok"

    def speaking(self) -> dict[str, str | None]:
        """By language, who spoke it last; None when nobody could."""
        return dict(self._by)

    def close(self) -> None:
        """End what the voices run."""
        for voice in self._voices:
            voice.close()

    def _note(self, language: str, name: str | None, *, faulty: bool) -> None:
        if not faulty and language in self._faulty:
            log.warning(words("voice %s speaks again (%s)", "%s 语音已恢复（%s）"), language, name)
        self._by[language] = name
        (self._faulty.add if faulty else self._faulty.discard)(language)

    def _say_once(self, language: str, name: str, error: Exception) -> None:
        """One line when a voice fails, not one a sentence while it is down."""
        if language not in self._faulty:
            log.warning(words("voice %s (%s) failed: %s", "%s 语音（%s）失败：%s"), language, name, error)
            self._faulty.add(language)
