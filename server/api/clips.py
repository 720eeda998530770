"""Rendered speech and chimes: an announcer puts them, screens fetch them. A clip's name is the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from flask import Response, request, send_file

from server.api.requests import app
from server.api.routes import route
from server.domain.refusals import Refusal
from server.services.actor import Actor

LARGEST = 4 * 1024 * 1024
#: Past so many clips the ones that were used longest ago are deleted.
MOST_CLIPS = 4000
HASH = 64


@route(
    "PUT",
    "/clips/{hash}",
    access="device",
    devices=("announcer",),
    statuses=(200, 201),
    errors=("not_wav", "invalid", "too_large"),
)
def put(hash: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Store a WAV file under the SHA-256 of its bytes."""
    request.max_content_length = LARGEST
    content = request.get_data()
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise Refusal("not_wav")
    if hashlib.sha256(content).hexdigest() != hash:
        raise Refusal("invalid", field="hash", reason="not the SHA-256 of the body", reason_zh="与内容的 SHA-256 不符")
    file = _file(hash)
    if file.exists():
        return {"hash": hash}, 200
    _store(file, content)
    return {"hash": hash}, 201


@route("GET", "/clips/{hash}", content_type="audio/wav", errors=("unknown_clip",))
def get(hash: str, who: Actor) -> Response:
    """A clip, which never changes."""
    file = _file(hash)
    if not file.exists():
        raise Refusal("unknown_clip")
    os.utime(file)
    answer = send_file(file, mimetype="audio/wav", max_age=31_536_000)
    answer.cache_control.immutable = True
    answer.cache_control.public = True
    return answer


def _file(name: str) -> Path:
    if len(name) != HASH or any(letter not in "0123456789abcdef" for letter in name):
        raise Refusal("unknown_clip")
    return app().config.data / "clips" / f"{name}.wav"


def _store(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "wb") as part:
        part.write(content)
    Path(name).replace(file)
    clips = sorted(file.parent.glob("*.wav"), key=lambda clip: clip.stat().st_mtime)
    for old in clips[: max(0, len(clips) - MOST_CLIPS)]:
        old.unlink(missing_ok=True)
