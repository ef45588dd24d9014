"""Log lines: one a record, in a form to read or to search, in files that end."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.operation.logs import FORMATS, MEGABYTE, tell_to
from habitue.base.errors import InvalidError
from habitue.base.sections import Log
from tests.acceptance.shop import Shop

HOSTILE = "name\n2026-01-01 CRITICAL root \x1b[31mforged\r\u2028end"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level


def told(log: Log, message: str, *values: object, error: bool = False) -> list[str]:
    tell_to(log)
    logger = logging.getLogger("habitue.test")
    if error:
        try:
            int(message)
        except ValueError:
            logger.exception("it failed")
    else:
        logger.warning(message, *values)
    return Path(log.file).read_text("utf-8").split("\n")[:-1]


@pytest.mark.parametrize("form", FORMATS)
def test_a_record_is_one_line_whatever_it_says(tmp_path: Path, form: str) -> None:
    lines = told(Log(format=form, file=str(tmp_path / "log")), "%s", HOSTILE)

    assert len(lines) == 1
    assert lines[0].isprintable()


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_with_its_trace_is_one_line(tmp_path: Path, form: str) -> None:
    lines = told(
        Log(format=form, file=str(tmp_path / "log")), "why it failed", error=True
    )

    assert len(lines) == 1
    assert "ValueError: invalid literal" in lines[0]


def test_json_lines_tell_when_how_bad_where_and_what(tmp_path: Path) -> None:
    lines = told(Log(format="json", file=str(tmp_path / "log")), "n is %d", 7)

    one = json.loads(lines[0])
    assert one.pop("at").endswith("Z")
    assert one == {"level": "warning", "part": "habitue.test", "message": "n is 7"}


def test_files_end_at_their_size_and_only_so_many_are_kept(tmp_path: Path) -> None:
    tell_to(Log(file=str(tmp_path / "log"), file_mb_max=1, files_max=2))
    logger, line = logging.getLogger("habitue.test"), "x" * 10_000

    for _ in range(500):
        logger.warning(line)

    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == ["log", "log.1", "log.2"]
    assert all(path.stat().st_size <= MEGABYTE for path in kept)


def test_a_file_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()

    with pytest.raises(InvalidError, match=r"log\.file.*Name another file"):
        tell_to(Log(file=str(tmp_path / "taken" / "log")))


@pytest.mark.feature("K4")
def test_a_server_tells_its_file_in_json_and_no_payload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "logs" / "habitue.log"
    monkeypatch.setenv("HABITUE_LOG__FILE", str(file))
    monkeypatch.setenv("HABITUE_LOG__FORMAT", "json")
    monkeypatch.setenv("HABITUE_LOG__LEVEL", "debug")
    shop = Shop(tmp_path / "data").start()
    shop.source("web")

    shop.send("web", {"type": "track", "userId": "canary-4711"}, {"type": "canary-x"})
    assert shop.stop() == 0

    lines = file.read_text("utf-8").splitlines()
    assert all(json.loads(line)["level"] for line in lines)
    assert "canary" not in file.read_text("utf-8")
