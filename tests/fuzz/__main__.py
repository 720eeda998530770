"""`python -m tests.fuzz [NAME ...]`: gives parsers of files millions of contents, led by which branches they take.

Only a declared error may come out, in bounded memory and time. What is found and what is worth trying again is kept in
var/fuzz/NAME, with the report.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.fuzz.table import TARGETS
from tests.fuzz.target import Target

ROOT = Path(__file__).resolve().parents[2]
#: One content may use so much: of memory in MB, with all that the program is, and of time in seconds.
MEMORY_MB, PATIENCE_S = 1024, 10
#: So many characters of the report are shown when something is found.
TOLD = 4000
INSTALL = f"{sys.executable} -m pip install -c constraints.txt -e '.[fuzz]'"


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(TARGETS)), metavar="[NAME ...]")
@click.option("--minutes", default=5.0, show_default=True, type=click.FloatRange(0.01, 10_000), help="For each name.")
@click.option("--folder", default=ROOT / "var" / "fuzz", type=click.Path(file_okay=False, path_type=Path))
def fuzz(names: tuple[str, ...], minutes: float, folder: Path) -> None:
    """Fuzz one target after the other; status 1 when something was found."""
    if importlib.util.find_spec("atheris") is None:
        raise click.ClickException(f"atheris is not installed (Linux only): {INSTALL}")
    found = [name for name in names or TARGETS if not sound(name, TARGETS[name], minutes=minutes, folder=folder / name)]
    if found:
        raise click.ClickException(f"Found in {', '.join(found)}; see crash-*, oom-* and timeout-* below {folder}.")
    click.echo("Nothing was found.")


def sound(name: str, target: Target, *, minutes: float, folder: Path) -> bool:
    """Whether a target held for so long."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = target.seeds()
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words_of(seeds)), encoding="ascii")
    # libFuzzer ends its process on the spot: what a target leaves is cleared here.
    with tempfile.TemporaryDirectory(prefix="hallcall-fuzz-") as own:
        return _holds(name, target, folder, own, minutes=minutes)


def _holds(name: str, target: Target, folder: Path, own: str, *, minutes: float) -> bool:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.fuzz.worker",
        name,
        own,
        str(folder / "corpus"),
        f"-dict={folder / 'words'}",
        f"-artifact_prefix={folder}/",
        f"-max_total_time={round(minutes * 60) or 1}",
        f"-max_len={target.longest}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-timeout={PATIENCE_S}",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    report = folder / "report.txt"
    with report.open("wb") as opened:
        # Pillow warns of every picture that says it is huge.
        ended = subprocess.run(command, cwd=ROOT, stdout=opened, stderr=opened, check=False).returncode
    said = report.read_text(encoding="utf-8", errors="replace")
    tried = re.search(r"number_of_executed_units: (\d+)", said)
    click.echo(f"{name}: {int(tried[1]):,} contents" if tried and not ended else f"{name}: FOUND\n{said[-TOLD:]}")
    return ended == 0


def words_of(seeds: list[bytes]) -> list[str]:
    """What stands in seeds and chance would hardly write: names of fields and values."""
    return sorted({word.decode() for seed in seeds for word in re.findall(rb"[A-Za-z][A-Za-z0-9_-]{2,30}", seed)})[:300]


if __name__ == "__main__":
    fuzz(prog_name="python -m tests.fuzz")
