"""A ticket's number in letters three lines high, readable from behind the clerk."""

from __future__ import annotations

# Each sign is 3 wide and 5 high, row by row.
_SIGNS = {
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001001001001",
    "8": "111101111101111",
    "9": "111101111001111",
    "A": "010101111101101",
    "B": "110101110101110",
    "C": "111100100100111",
    "D": "110101101101110",
    "E": "111100110100111",
    "F": "111100110100100",
    "G": "111100101101111",
    "H": "101101111101101",
    "I": "111010010010111",
    "J": "001001001101111",
    "K": "101101110101101",
    "L": "100100100100111",
    "M": "101111111101101",
    "N": "110101101101101",
    "O": "111101101101111",
    "P": "111101111100100",
    "Q": "111101101111001",
    "R": "111101111110101",
    "S": "011100010001110",
    "T": "111010010010010",
    "U": "101101101101111",
    "V": "101101101101010",
    "W": "101101111111101",
    "X": "101101010101101",
    "Y": "101101010010010",
    "Z": "111001010100111",
    "-": "000000111000000",
}
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def enlarge(number: str) -> tuple[str, str, str]:
    """Three lines of half blocks; a number with other signs stands plain on the middle line."""
    if any(sign not in _SIGNS for sign in number):
        return "", number, ""
    rows = ["  ".join(_widen(_SIGNS[sign][row * 3 : row * 3 + 3]) for sign in number) for row in range(5)]
    rows.append("0" * len(rows[0]))
    top, middle, bottom = (_pair(rows[row], rows[row + 1]) for row in (0, 2, 4))
    return top, middle, bottom


def _widen(pixels: str) -> str:
    """Two columns a pixel, since a terminal's half line is about two columns high."""
    return "".join(pixel * 2 for pixel in pixels)


def _pair(upper: str, lower: str) -> str:
    return "".join(_HALVES[up == "1", down == "1"] for up, down in zip(upper, lower, strict=True))
