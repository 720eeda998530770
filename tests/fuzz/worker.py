"""`python -m tests.fuzz.worker NAME FOLDER ...`: one target under atheris; what follows are libFuzzer's own options.

FOLDER is the target's own, for the files that it writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

#: Modules whose branches are watched: ours, and those in Python of the libraries that parse for us.
WATCHED = [
    "server",
    "kiosk",
    "display",
    "counter_client",
    "replay",
    "PIL",
    "csv",
    "json",
    "gzip",
    "wave",
    "ipaddress",
    "urllib",
]


def main() -> None:
    """Fuzz until libFuzzer's time is over or something is found."""
    name, folder = sys.argv.pop(1), Path(sys.argv.pop(1))
    with atheris.instrument_imports(include=WATCHED):
        from tests.fuzz.table import TARGETS
    target = TARGETS[name]

    def try_one(content: bytes) -> None:
        target.takes(content, folder)

    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
