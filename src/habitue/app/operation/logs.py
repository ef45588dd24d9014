"""Where log lines go and what they look like: one line a record, never a payload."""

import json
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from habitue.base.clock import to_iso
from habitue.base.errors import InvalidError
from habitue.base.sections import Log

MEGABYTE = 1024 * 1024


class TextLines(logging.Formatter):
    """Writes a record as one line to read: moment, level, part, message."""

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record)
        told = [moment, record.levelname, record.name, record.getMessage()]
        if record.exc_info:
            told.append(self.formatException(record.exc_info))
        return _one_line(" ".join(told))


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object on a line, to be searched by its fields."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "part": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        # Beyond ASCII all is escaped, so nothing in a name can end a line.
        return json.dumps(told)


FORMATS = {"text": TextLines, "json": JsonLines}


def tell_to(log: Log) -> None:
    """Send all log records where the settings say, in place of where they went.

    Raises InvalidError where the file can't be written.
    """
    handler = _handler(log)
    handler.setFormatter(FORMATS[log.format]())
    logging.basicConfig(level=log.level.upper(), handlers=[handler], force=True)


def _handler(log: Log) -> logging.Handler:
    if not log.file:
        return logging.StreamHandler(sys.stderr)
    path = Path(log.file).expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(
            path,
            maxBytes=log.file_mb_max * MEGABYTE,
            backupCount=log.files_max,
            encoding="utf-8",
        )
    except OSError as error:
        raise InvalidError(
            f"Setting 'log.file' is '{path}', which can't be written: "
            f"{error.strerror}. Name another file, or none for the terminal."
        ) from error


def _moment(record: logging.LogRecord) -> str:
    return to_iso(int(record.created * 1_000) * 1_000)


def _one_line(text: str) -> str:
    r"""Escape what would end a line or move a terminal's cursor.

    >>> print(_one_line("a" + chr(10) + "b"))
    a\nb
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
