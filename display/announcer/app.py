"""One announcer put together and run."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from display.announcer.clips import ClipStore, load_chimes
from display.announcer.clock import ServerClock
from display.announcer.conductor import Conductor
from display.announcer.credentials import Keyring, Pairing, TokenFiles
from display.announcer.link import Link, Uploader
from display.announcer.memory import Memory
from display.announcer.outputs import Outputs
from display.announcer.providers import CommandVoice, EngineVoice, Provider, RecordedVoice, ToneVoice
from display.announcer.renderer import Rendered, Renderer
from display.announcer.sound_card import find_player
from display.announcer.state import AnnouncerState
from display.announcer.voice_fallback import VoiceFallback
from display.announcer.voice_process import VoiceProcess

SOUNDS = Path(__file__).resolve().parents[2] / "sounds"
ENGINES = ("sapi5", "espeak") if sys.platform == "win32" else ("espeak",)


@dataclass(frozen=True)
class Setup:
    """How this announcer runs. `token` given: no pairing. `voice`: `auto`, or `tone` for tests."""

    server: str
    data: Path
    token: str | None = None
    voice: str = "auto"
    command: str | None = None
    card: bool = True
    sounds: Path = SOUNDS

    @property
    def folder(self) -> Path:
        """Where it keeps its own files."""
        return self.data / "announcer"

    @property
    def token_files(self) -> TokenFiles:
        """Where a token may lie when none was given."""
        return TokenFiles(self.data / "announcer.token", self.folder / "paired.token")


def voices(setup: Setup) -> tuple[list[Provider], RecordedVoice]:
    """The ladder's rungs, best first, and the recorded voice among them."""
    folder = setup.folder / "work"
    folder.mkdir(parents=True, exist_ok=True)
    clips = setup.sounds / "clips"
    recorded = RecordedVoice(clips, only_complete=True)
    if setup.voice == "tone":
        return [ToneVoice()], recorded
    rungs: list[Provider] = [CommandVoice(setup.command, folder=folder)] if setup.command else []
    rungs.append(recorded)
    rungs += [EngineVoice(VoiceProcess.of_driver(engine), driver=engine, folder=folder) for engine in ENGINES]
    rungs.append(RecordedVoice(clips, only_complete=False))
    return rungs, recorded


class Announcer:
    """The running process: link, conductor and renderer with their threads. `show_code` gets a pairing's code, URL."""

    def __init__(self, setup: Setup, *, show_code: Callable[[str, str], None]) -> None:
        self._stopped = threading.Event()
        pairing = Pairing(server=setup.server, show=show_code, stopped=self._stopped)
        keyring = Keyring(given=setup.token, files=setup.token_files, pairing=pairing)
        self._link = Link(server=setup.server, token=keyring.token, refused=keyring.refused)
        uploader = Uploader(server=setup.server, token=lambda: keyring.current)
        rungs, recorded = voices(setup)
        ladder = VoiceFallback(rungs, store=ClipStore(setup.folder / "clips"))
        self._renderer = Renderer(ladder, uploader, self._rendered)
        state = AnnouncerState(
            memory=Memory(setup.folder / "memory.json"), clock=ServerClock(), chimes=load_chimes(setup.sounds)
        )
        card = find_player() if setup.card else None
        outputs = Outputs(
            state, link=self._link, uploader=uploader, renderer=self._renderer, recorded=recorded, card=card
        )
        self._conductor = Conductor(state, outputs)

    def run(self) -> None:
        """Until `stop`: pair if need be, connect, speak."""
        self._renderer.start()
        threading.Thread(target=self._link.run, args=(self._conductor,), name="link", daemon=True).start()
        self._conductor.run()
        self._link.close()
        self._renderer.close()

    def stop(self) -> None:
        """End `run`; may be called from a signal's handler."""
        self._stopped.set()
        self._conductor.stop()

    def _rendered(self, done: Rendered) -> None:
        self._conductor.rendered(done)
