"""Contents a little unlike those given: for the short run without atheris, the same in each run."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

#: What parsers stumble over.
BITS = (
    b"\0",
    b"\xff",
    b"-1",
    b"0",
    b"NaN",
    b"Infinity",
    b"9" * 20,
    b"\n",
    b",",
    b'"',
    b"[]",
    b"{}",
    b"null",
    b"\xe2\x80\xae",
)


def mutations(seeds: list[bytes], *, count: int, chance: Random, longest: int) -> Iterator[bytes]:
    """So many contents, each from one to four changes away from a seed."""
    for _ in range(count):
        content = chance.choice(seeds)
        for _ in range(chance.randint(1, 4)):
            content = _changed(content, chance, chance.choice(seeds))
        yield content[:longest]


def _changed(content: bytes, chance: Random, other: bytes) -> bytes:
    start = chance.randint(0, len(content))
    end = min(len(content), start + chance.randint(0, 16))
    middle = content[start:end]
    new = chance.choice(
        [
            b"",
            middle * 2,
            chance.choice(BITS),
            chance.randbytes(len(middle)),
            other[start : start + 32],
        ]
    )
    return content[:start] + new + content[end:]
