"""`python -m tests.fuzz.worker NAME ...`: one target under atheris; what follows are libFuzzer's own options."""

from __future__ import annotations

import os
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
        # The parsers' own warnings are not what is looked for, and there would be millions of them.
        os.environ["PYTHONWARNINGS"] = "ignore"
        atheris.Setup(sys.argv, lambda content: target.takes(content, Path(folder)) and None)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
