"""Headers of every answer, whoever makes it."""

from __future__ import annotations

from collections.abc import Sequence


def security_policy(*reached: str, frames: Sequence[str] = ()) -> str:
    """What a page may load and whom it may ask: this server alone, and the addresses in `reached`.

    frames: the other sites that may show the page in a frame.
    """
    sources = " ".join(("'self'", "ws:", "wss:", *reached))
    return (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: data:; "
        f"style-src 'self' 'unsafe-inline'; connect-src {sources}; "
        "object-src 'none'; base-uri 'none'; frame-ancestors " + " ".join(("'self'", *frames))
    )


ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": security_policy(),
}


def kept_by(status: int) -> str:
    """Cache-Control of an answer of the API that says nothing else: nobody keeps it; a 304 is asked for each time."""
    return "no-store" if status != 304 else "no-cache"
