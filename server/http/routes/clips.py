"""Rendered speech and chimes: an announcer puts them, screens fetch them. A clip's name is the hash of its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Response, request, send_file

from server.domain.refusals import Refusal
from server.http.context import app
from server.http.route_table import route
from server.services.runtime.actor import Actor

LARGEST = 4 * 1024 * 1024
#: Past so many clips, or bytes of them, the ones that were used longest ago are deleted.
MOST_CLIPS, MOST_BYTES = 4000, 1024**3
#: What was begun so long ago (s) and is not done never will be.
STALE_S = 600
HASH = 64


@route(
    "PUT",
    "/clips/{hash}",
    access="device",
    devices=("announcer",),
    statuses=(200, 201),
    errors=("not_wav", "invalid", "too_large", "no_room"),
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
    _tidy(file.parent, room=len(content))
    try:
        _write(file, content)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal("no_room") from error
        raise


def _write(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _tidy(folder: Path, *, room: int) -> None:
    """Make room for a clip of so many bytes, and delete what a killed server has left."""
    for part in folder.glob("*.part"):
        if time.time() - _state(part).st_mtime > STALE_S:
            part.unlink(missing_ok=True)
    clips = sorted(((_state(clip), clip) for clip in folder.glob("*.wav")), key=lambda one: one[0].st_mtime)
    count, size = len(clips), sum(state.st_size for state, _ in clips) + room
    for state, old in clips:
        if count < MOST_CLIPS and size <= MOST_BYTES:
            break
        old.unlink(missing_ok=True)
        count, size = count - 1, size - state.st_size


def _state(file: Path) -> os.stat_result:
    try:
        return file.stat()
    except FileNotFoundError:  # another request has just deleted it
        return os.stat_result((0,) * 10)
