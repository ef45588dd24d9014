"""Finds how the letters of a text file are encoded, or asks.

A byte order mark decides; else letters beyond ASCII that are UTF-8 do; else the
readings as each code page of one byte a letter are weighed by how likely their letters
are (letters.py). Where two readings differ and neither is clearly the likelier, nothing
is guessed: the sentence shows both.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from math import exp, log

from msgspec import Struct

from habitue.collect.files.letters import LANGUAGES, SIGNS
from habitue.collect.files.nouns import FileError

UTF8 = "utf-8"
# What a mapping may declare: all of Latin and Cyrillic that tills and ERPs write.
KNOWN = (
    UTF8,
    *("utf-16", "utf-16-le", "utf-16-be", *LANGUAGES),
    *("windows-1254", "windows-1257", "iso-8859-1", "iso-8859-5", "iso-8859-15"),
    *("koi8-r", "koi8-u", "cp852", "cp866"),
)
SAMPLE_BYTES = 256 << 10
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
# Looked for at the beginning of a run of letters alone, and never gone back over: a
# picture in base64 is one run of a hundred thousand.
_WORD = re.compile(
    rb"(?<![0-9A-Za-z\x80-\xff])[0-9A-Za-z]*+[\x80-\xff][0-9A-Za-z\x80-\xff]*+"
)
_BEYOND = re.compile(r"[^\x00-\x7f]")
# So rare is what no language has, so frequent a sign, and this no text has at all.
_ODD, _SIGN, _NEVER = log(1e-4), log(0.01), log(1e-12)
# Of Latin letters beyond ASCII seldom two stand together.
_NEXT, _LATIN_END = log(0.1), "\u0370"
# Of the letters beyond ASCII in a UTF-8 file, so many may be broken.
_BROKEN_MAX = 4
# How much likelier a reading must be than the next, as a natural logarithm: 100 times;
# 1,000 times where it rests on a few words.
_CLEARLY, _SURELY, _FEW = 4.6, 6.9, 4
_WORDS_MAX = 20_000


class Found(Struct, frozen=True):
    """An encoding, and how certain it is, in hundredths."""

    name: str
    certainty: int = 100


def declared(name: str) -> Found:
    """Take an encoding that a mapping declares, by whichever of its names."""
    for known in KNOWN:
        if _same(name, known):
            return Found(known)
    raise FileError(
        f"There is no encoding '{name[:40]}' here; there are {', '.join(KNOWN)}."
    )


def _same(name: str, known: str) -> bool:
    try:
        return codecs.lookup(name).name == codecs.lookup(known).name
    except (LookupError, ValueError):
        return False


def find(blocks: Iterable[bytes]) -> Found:
    """Find the encoding of a file by its bytes, given in blocks.

    Read on until there is enough that is not ASCII, if need be to the end.
    """
    sample, first = b"", True
    for block in blocks:
        if first:
            first = False
            marked = _marked(block)
            if marked:
                return marked
        if not block.isascii():
            sample += b"\n".join(_WORD.findall(block)) + b"\n"
        if len(sample) >= SAMPLE_BYTES:
            break
    return _of_sample(sample)


def _marked(start: bytes) -> Found | None:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Found(name)
    head = start[:4096]
    # In UTF-16 every other byte of plain letters is zero.
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) > 3 and zeros.count(0) > 0.7 * len(zeros):
            return Found(name, 95)
    return None


def _of_sample(sample: bytes) -> Found:
    if not sample:
        return Found(UTF8)
    sequences = _SEQUENCE.findall(sample)
    stray = len(_HIGH.findall(sample)) - sum(map(len, sequences))
    if stray <= len(sequences) * _BROKEN_MAX:
        return Found(UTF8, 100 if not stray else 95)
    return _likeliest(sample)


def _likeliest(sample: bytes) -> Found:
    """Weigh the readings of a sample's words beyond ASCII."""
    # Each word once: a city told a thousand times is no thousand reasons.
    words = b"\n".join(dict.fromkeys(_WORD.findall(sample)[:_WORDS_MAX]))
    texts = {name: words.decode(name, "replace") for name in LANGUAGES}
    scores = {name: _score(text, name) for name, text in texts.items()}
    best = max(scores, key=lambda name: scores[name])
    # A reading that comes to the same letters is no rival.
    rivals = [name for name in scores if texts[name] != texts[best]]
    if not rivals:
        return Found(best)
    rival = max(rivals, key=lambda name: scores[name])
    ahead = scores[best] - scores[rival]
    few = words.count(b"\n") + 1 < _FEW
    if ahead < (_SURELY if few else _CLEARLY):
        raise FileError(_question(texts, best, rival))
    return Found(best, min(99, round(100 / (1 + exp(-ahead)))))


def _question(texts: dict[str, str], best: str, rival: str) -> str:
    pairs = zip(texts[best].split("\n"), texts[rival].split("\n"), strict=False)
    one, other = next(pair for pair in pairs if pair[0] != pair[1])
    return (
        f"Is it '{_shown(one)}' or '{_shown(other)}'? The letters of this file may be"
        f" {best} or {rival}: declare the encoding in the mapping, or with --encoding."
    )


def _shown(word: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in word[:40])


def _score(text: str, name: str) -> float:
    """Say how likely a reading is, in the language in which it is likeliest."""
    # With a neighbour on each side; the text itself begins and ends with a blank.
    text = f" {text} "
    places = (match.start() for match in _BEYOND.finditer(text))
    found = Counter((text[at - 1], text[at], text[at + 1]) for at in places)
    common, letters = 0.0, []
    for (before, char, after), times in found.items():
        if char.isalpha():
            odd = _out_of_place(before, char, after)
            letters.append((char.lower(), times, odd))
            if _LATIN_END > before > "\x7f" and before.isalpha():
                common += times * _NEXT
        else:
            common += times * _of_sign(before, char, after)
    return common + max(
        sum(
            times * (_ODD if odd else language.get(letter, _ODD))
            for letter, times, odd in letters
        )
        for language in LANGUAGES[name]
    )


def _of_sign(before: str, char: str, after: str) -> float:
    """Say how likely what is no letter stands between these two."""
    if "\x80" <= char <= "\x9f" or char == "\ufffd":
        return _NEVER
    inside = before.isalpha() and after.isalpha() and char not in "’´–—"
    return _SIGN if char in SIGNS and not inside else _ODD


def _out_of_place(before: str, char: str, after: str) -> bool:
    """Say whether a letter can't stand between these two."""
    if before.isdigit() or after.isdigit():
        return True
    if char >= "\u0400" and (_is_ascii_letter(before) or _is_ascii_letter(after)):
        return True
    return char.isupper() and before.islower()


def _is_ascii_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
