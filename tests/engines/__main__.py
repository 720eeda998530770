"""`python -m tests.engines`: the story of one ticket in real engines of 2016 to today; see README.md here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.engines.engine_run import ENGINES, run


def main() -> int:
    """0 when every engine that could be had tells its story well."""
    parser = argparse.ArgumentParser(prog="python -m tests.engines", description=__doc__)
    parser.add_argument("engines", nargs="*", metavar=" | ".join(ENGINES), help="only these (all)")
    parser.add_argument("--folder", type=Path, default=Path("var/engines"), help="for the engines and the pictures")
    options = parser.parse_args()
    unknown = sorted(set(options.engines) - set(ENGINES))
    if unknown:
        parser.error(f"no engine is called {', '.join(unknown)}")
    return run(options.engines or list(ENGINES), folder=options.folder.resolve())


sys.exit(main())
