"""Parts EDIFACT into segments, elements and components, in time that grows with it.

(The library for it takes 8 us a letter; it is the tests' second opinion.)
"""

import re
from collections.abc import Iterator

from habitue.collect.files.nouns import FileError

# A segment: its tag, and its elements, each a list of components.
Segment = tuple[str, list[list[str]]]

# Component, element, decimal mark, release, reserved, end: unless UNA says otherwise.
_SIGNS = ":+.? '"
_SEGMENTS_MAX = 200_000
_COMPONENTS_MAX = 1_000


def segments(text: str) -> Iterator[Segment]:
    """Give the segments of an interchange."""
    signs, text = _signs(text)
    component, element, _, release, _, end = tuple(signs)
    part = _Parting(release)
    found = re.compile(part.until(end), re.DOTALL)
    at = count = 0
    while at < len(text):
        match = found.match(text, at)
        if match is None or match.end() >= len(text):
            if text[at:].strip():
                raise FileError("The file's last segment has no end: it is cut short.")
            return
        # Interchanges are often broken into lines, which mean nothing.
        at, told = match.end() + 1, match[0].lstrip("\r\n")
        count += 1
        if count > _SEGMENTS_MAX:
            raise FileError(f"The file has more than {_SEGMENTS_MAX:,} segments.")
        if told:
            elements = [part.at(one, component) for one in part.at(told, element)]
            yield (
                part.plain(elements[0][0]),
                [
                    [part.plain(one) for one in components]
                    for components in elements[1:]
                ],
            )


def _signs(text: str) -> tuple[str, str]:
    """Give the signs that part, and what comes after the segment that names them."""
    text = text.lstrip("\ufeff \t\r\n")
    if not text.startswith("UNA"):
        return _SIGNS, text
    signs = text[3:9]
    if len(signs) < 6 or len(set(signs) - {" "}) < 5 - signs.count(" "):
        raise FileError("The file's first segment (UNA) doesn't name its signs.")
    return signs, text[9:]


class _Parting:
    """Parts text at signs that nothing releases."""

    def __init__(self, release: str) -> None:
        # A blank means that nothing is ever released.
        self._release = "" if release == " " else release
        self._released = re.compile(re.escape(self._release) + "(.)", re.DOTALL)

    def until(self, sign: str) -> str:
        """Write a pattern of all before a sign."""
        if not self._release:
            return f"[^{re.escape(sign)}]*+"
        release = re.escape(self._release)
        return f"(?:[^{release}{re.escape(sign)}]++|{release}.)*+"

    def at(self, text: str, sign: str) -> list[str]:
        if text.count(sign) > _COMPONENTS_MAX:
            raise FileError(f"A segment has more than {_COMPONENTS_MAX:,} parts.")
        if not self._release or self._release not in text:
            return text.split(sign)
        parts, start = [], 0
        for match in re.finditer(self.until(sign), text, re.DOTALL):
            if match.start() < start:
                continue
            parts.append(match[0])
            start = match.end() + 1
        return parts

    def plain(self, text: str) -> str:
        """Take the signs of release away."""
        if not self._release or self._release not in text:
            return text
        return self._released.sub(r"\1", text)
