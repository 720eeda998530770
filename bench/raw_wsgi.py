"""The limit of a poll: an application that answers 304 and knows nothing, behind the server's own listener.

`python -m bench.raw_wsgi PORT` serves until it is stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from server import bootstrap

bootstrap.prepare("eventlet")
# Only now: these import what `prepare` has to patch first.
from server.listening.accepting import Serving  # noqa: E402
from server.listening.open_connections import OpenConnections  # noqa: E402


def unchanged(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Nothing is new."""
    start_response("304 NOT MODIFIED", [("ETag", 'W/"7c0a0054456c499c15047b0e79cc512f8d4b5feb"')])
    return []


if __name__ == "__main__":
    listening = bootstrap.listen("127.0.0.1", int(sys.argv[1]))
    print("listening", flush=True)
    connections = OpenConnections(most=bootstrap.MOST_FILES, files=bootstrap.files(), trusts=lambda _address: False)
    bootstrap.serve("eventlet", Serving(listening, unchanged, connections, lambda: False, lambda: None))
