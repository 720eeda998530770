"""The data folder's secrets: what seals names and phone numbers, and what turns a person into a keyed hash.

Whoever has a copy of the database alone can read neither. Several sealing keys may stand in the file: the first seals,
all of them open, so that a key is changed by putting a new one first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from server.data_folder.private_file import write_private

NAME = "keys.json"
#: A secret to hash with has at least so many characters.
SHORTEST = 16


class KeysError(RuntimeError):
    """The file of keys cannot be used; the message is a sentence."""


class Keys:
    """Sealing and hashing. `sealing` are Fernet keys, the newest first; `hashing` is any secret."""

    def __init__(self, sealing: Sequence[str], hashing: str) -> None:
        self._box = MultiFernet([Fernet(key) for key in sealing])
        self._hashing = hashing.encode()

    def seal(self, content: bytes) -> bytes:
        """Encrypted and authenticated."""
        return self._box.encrypt(content)

    def open(self, sealed: bytes) -> bytes | None:
        """What was sealed; None when no key fits, as in a database that was restored without its keys."""
        try:
            return self._box.decrypt(sealed)
        except InvalidToken:
            return None

    def hash(self, *parts: str) -> str:
        """A keyed hash (64 hex digits) that says whether two things are the same and nothing else."""
        return hmac.new(self._hashing, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def fresh() -> Keys:
    """New keys that live as long as the process."""
    return Keys([Fernet.generate_key().decode()], secrets.token_hex(32))


def load(folder: Path) -> Keys:
    """The keys of a data folder, made at first use. Raises KeysError for a file that is damaged."""
    file = folder / NAME
    if not file.exists():
        made = {"sealing": [Fernet.generate_key().decode()], "hashing": secrets.token_hex(32)}
        write_private(file, json.dumps(made, indent=2) + "\n")
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if len(kept["hashing"]) < SHORTEST:
            raise ValueError("hashing is too short")
        return Keys(kept["sealing"], kept["hashing"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise KeysError(f"{file} cannot be used: put it back from a copy ({error}).") from error
