"""Takes a file out of a form as it comes, block by block: never in memory whole."""

from collections.abc import AsyncIterator
from typing import Any

from litestar.exceptions import PermissionDeniedException
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from habitue.base.errors import InvalidError
from habitue.console.look import Look
from habitue.console.page import FORM_KEY, AnyRequest
from habitue.console.session import is_key_of

FILE = "file"
NAME_CHARS_MAX = 200
# Of the form's texts before the file: the session's key.
_TEXT_BYTES_MAX = 1_000
_PARTS_MAX = 10


class Coming:
    """A form that brings a file behind its texts; read once, in the order it comes."""

    def __init__(self, request: AnyRequest, look: Look) -> None:
        self._look = look
        self._parts = self._read(request)
        self._texts: dict[str, str] = {}
        self.name = ""

    def _unreadable(self) -> InvalidError:
        return InvalidError(self._look.say("This form brings no file."))

    async def begin(self) -> None:
        """Read up to the file; what is not a form of this session is refused."""
        name, held = "", bytearray()
        async for part in self._parts:
            if isinstance(part, MultipartSegment):
                name, held = part.name or "", bytearray()
                if name == FILE:
                    self._check(part.filename or "")
                    return
            elif part is None:
                self._texts[name] = held.decode("utf-8", "replace")
            else:
                held += part
                if len(held) > _TEXT_BYTES_MAX:
                    raise self._unreadable()
        raise self._unreadable()

    def _check(self, told: str) -> None:
        if not is_key_of(self._texts.get(FORM_KEY, ""), self._look.visitor.form_key):
            raise PermissionDeniedException("This form is not of your session.")
        # Some browsers tell the way to it, too.
        name = told.replace("\\", "/").rpartition("/")[2]
        self.name = "".join(filter(str.isprintable, name)).strip()[:NAME_CHARS_MAX]
        if not self.name:
            raise InvalidError(self._look.say("Choose a file first."))

    async def file(self) -> AsyncIterator[bytes]:
        """Give the file's blocks; what stands behind it is passed over."""
        is_file = True
        async for part in self._parts:
            if part is None or isinstance(part, MultipartSegment):
                is_file = False
            elif is_file:
                yield bytes(part)

    async def _read(self, request: AnyRequest) -> AsyncIterator[Any]:
        """Give what the parser finds: heads of parts, bytes, None at a part's end."""
        kind, told = parse_options_header(request.headers.get("content-type", ""))
        if kind != "multipart/form-data":
            raise self._unreadable()
        try:
            parser = PushMultipartParser(
                told.get("boundary", ""), max_segment_count=_PARTS_MAX
            )
            async for block in request.stream():
                if block and not parser.closed:
                    for part in parser.parse(block):
                        yield part
            # Raises where the form ended before its end.
            parser.close()
        except MultipartError as error:
            raise self._unreadable() from error
