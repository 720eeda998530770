"""`python -m tests.fuzz.worker NAME ...`: one target under atheris; what follows are libFuzzer's own options."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

#: Modules whose branches are watched: ours, and those in Python of the libraries that parse for us.
WATCHED = [
    "server", "kiosk", "display", "counter_client", "replay", "PIL", "csv", "json", "gzip", "wave", "ipaddress",
    "urllib",
]  # fmt: skip


def main() -> None:
    """Fuzz until libFuzzer's time is over or something is found."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=WATCHED):
        from tests.fuzz.table import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="hallcall-fuzz-") as folder:
        def try_one(content: bytes) -> None:
            target.takes(content, Path(folder))

        atheris.Setup(sys.argv, try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
