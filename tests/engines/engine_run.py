"""Which engines there are, how each is installed beside the project, and the run through them."""

from __future__ import annotations

import contextlib
import ctypes
import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.browser.demo_hall import Hall, open_hall
from tests.engines.drivers import Driver, Firefox, Qt, WebKit, end
from tests.engines.story import Story
from tools.places import is_debian_root

APT_S, PIP_S = 600, 600
#: What Qt WebEngine loads and its wheels do not bring, with the package of Debian that does.
QT_LIBRARIES = {
    "libGL.so": "libgl-dev",  # Qt 5.8 asks for this name and ends by a fault without it
    "libXcomposite.so.1": "libxcomposite1",
    "libXcursor.so.1": "libxcursor1",
    "libXdamage.so.1": "libxdamage1",
    "libXi.so.6": "libxi6",
    "libXss.so.1": "libxss1",
    "libXtst.so.6": "libxtst6",
    "libasound.so.2": "libasound2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libnss3.so": "libnss3",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxslt.so.1": "libxslt1.1",
}
MINI_BROWSER = "/usr/lib/*/webkit2gtk-4*/MiniBrowser"


class CannotBeHad(Exception):
    """An engine cannot be installed here; the message says what is missing."""


@dataclass(frozen=True)
class QtWheels:
    """An old Chromium: the Python and the wheels of PyPI that bring it. `whole`: all pages are to run in it."""

    python: str
    wheels: tuple[str, ...]
    whole: bool = True

    def driver(self, folder: Path, work: Path) -> Driver:
        """Start it, installed when it is not yet."""
        bring_qt_libraries()
        venv = folder / f"python{self.python}"
        python = venv / "bin" / "python"
        if not (venv / "installed").exists():
            command = [old_python(self.python), "-m", "venv", "--clear", str(venv)]
            subprocess.run(command, check=True, timeout=PIP_S)
            pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            subprocess.run([*pip, "-U", "pip"], check=True, timeout=PIP_S)  # the one of 3.6 knows no wheels of today
            subprocess.run([*pip, "--only-binary=:all:", "--no-deps", *self.wheels], check=True, timeout=PIP_S)
            (venv / "installed").touch()
        return Qt(python, log=work / "engine.log")


def firefox(_folder: Path, work: Path) -> Driver:
    """Debian's."""
    return Firefox(debian("firefox-esr", "firefox-esr"), folder=work)


def webkit(_folder: Path, _work: Path) -> Driver:
    """WebKitGTK with its small browser, as Debian has them."""
    debian("import", "imagemagick")
    driver = debian("WebKitWebDriver", "webkit2gtk-driver")
    found = glob.glob(MINI_BROWSER)  # noqa: PTH207 - an absolute pattern
    if not found:
        raise CannotBeHad("MiniBrowser of WebKitGTK (Debian: webkit2gtk-driver)")
    return WebKit(driver, browser=found[0])


CHROMIUM_53 = QtWheels("3.6", ("PyQt5==5.8.2", "sip==4.19.2"), whole=False)
CHROMIUM_69 = QtWheels("3.7", ("PyQt5==5.12.3", "PyQt5-sip==12.7.0", "PyQtWebEngine==5.12.1"))
CHROMIUM_87 = QtWheels(
    "3.8",
    (
        "PyQt5==5.15.11",
        "PyQt5-sip==12.15.0",
        "PyQt5-Qt5==5.15.19",
        "PyQtWebEngine==5.15.7",
        "PyQtWebEngine-Qt5==5.15.19",
    ),
)
ENGINES: dict[str, Callable[[Path, Path], Driver]] = {
    "chromium53": CHROMIUM_53.driver,
    "chromium69": CHROMIUM_69.driver,
    "chromium87": CHROMIUM_87.driver,
    "firefox": firefox,
    "webkit": webkit,
}
SCREEN_ALONE = ("chromium53",)


def run(names: Sequence[str], *, folder: Path) -> int:
    """Tell the story in each; 0 when all that could be had are well, and one at least could."""
    folder.mkdir(parents=True, exist_ok=True)
    debian("Xvfb", "xvfb")
    results: dict[str, list[str] | str] = {}
    for number, name in enumerate(names):
        with tempfile.TemporaryDirectory(prefix="hallcall-engine-") as work:
            results[name] = told(name, folder=folder, work=Path(work), counter=str(3 + number))
            print(line(name, results[name]), flush=True)
    print(f"pictures: {folder}/pictures")
    told_well = [result for result in results.values() if result == []]
    return 0 if told_well and all(isinstance(result, str) or not result for result in results.values()) else 1


def told(name: str, *, folder: Path, work: Path, counter: str) -> list[str] | str:
    """The faults of one engine, or why there is none of it here."""
    pictures = folder / "pictures" / name
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        os.environ["DISPLAY"] = stack.enter_context(screen())
        hall: Hall = stack.enter_context(contextlib.contextmanager(open_hall)(work))
        try:
            driver = ENGINES[name](folder, work)
        except (CannotBeHad, subprocess.SubprocessError) as error:
            return str(error)
        except (RuntimeError, OSError) as error:
            return [f"it does not start: {error}{last_words(work / 'engine.log')}"]
        stack.callback(driver.close)
        story = Story(hall, driver, pictures, whole=name not in SCREEN_ALONE, counter=counter)
        return story.tell()


def last_words(log: Path) -> str:
    """The last line that an engine wrote, where it wrote any."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
    said = [one for one in lines if one.strip()]
    return f" ({said[-1].strip()})" if said else ""


def line(name: str, result: list[str] | str) -> str:
    """What is said of an engine."""
    if isinstance(result, str):
        return f"{name:<12} not run: {result}"
    return f"{name:<12} " + ("well" if not result else "\n             ".join(result))


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A virtual screen of its own; yields what DISPLAY is to be."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told_by:
            yield ":" + told_by.readline().strip()
    finally:
        end(process)


def debian(program: str, package: str) -> str:
    """The path of a program, installed from Debian where that is allowed. Raises CannotBeHad."""
    if shutil.which(program) is None:
        apt_install(package)
    found = shutil.which(program)
    if found is None:
        raise CannotBeHad(f"{program} (Debian: {package})")
    return found


def bring_qt_libraries() -> None:
    """Install from Debian what Qt needs, where that is allowed. Raises CannotBeHad."""
    lacking = [name for name in QT_LIBRARIES if not loads(name)]
    if lacking:
        apt_install(*sorted({QT_LIBRARIES[name] for name in lacking}))
    if lacking := sorted({QT_LIBRARIES[name] for name in lacking if not loads(name)}):
        raise CannotBeHad(f"libraries (Debian: {' '.join(lacking)})")


def loads(library: str) -> bool:
    """Whether the system has a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(*packages: str) -> None:
    """Install packages of Debian where that is allowed; whoever needs them sees whether they came."""
    if not is_debian_root():
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], check=False, timeout=APT_S, stdout=subprocess.DEVNULL, env=quiet)


def old_python(version: str) -> str:
    """A Python of this version, from the PATH or pyenv. Raises CannotBeHad."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    of_pyenv = sorted(pyenv.glob(f"{version}.*/bin/python"))
    found = str(of_pyenv[-1]) if of_pyenv else shutil.which(f"python{version}")
    if found is None:
        raise CannotBeHad(f"Python {version} (pyenv install {version})")
    return found
