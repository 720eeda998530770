"""The limit of a poll: an application that answers 304 and knows nothing, behind the server's own listener.

`python -m bench.raw_wsgi PORT` serves until it is stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from server import bootstrap

bootstrap.prepare("eventlet")


def unchanged(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Nothing is new."""
    start_response("304 NOT MODIFIED", [("ETag", 'W/"7c0a0054456c499c15047b0e79cc512f8d4b5feb"')])
    return []


if __name__ == "__main__":
    listening = bootstrap.listen("127.0.0.1", int(sys.argv[1]))
    print("listening", flush=True)
    bootstrap.serve("eventlet", listening, unchanged, stopped=lambda: False, goodbye=lambda: None)
