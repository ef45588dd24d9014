"""Each house rule sees the fault it is there for, and lets be what is right."""

from pathlib import Path

import pytest

from tools.rules import code
from tools.rules.files import (
    MACHINE,
    locks_hold_hashes,
    vendored_files_are_what_they_were,
)
from tools.rules.shown import features_are_shown_on_the_real_thing


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "src" / "habitue" / "profile").mkdir(parents=True)
    (tmp_path / "src" / "habitue" / "console").mkdir()
    return tmp_path


def put(house: Path, name: str, text: str) -> None:
    (house / "src" / "habitue" / name).write_text(text)


@pytest.mark.parametrize(
    "line", ["import socket", "from urllib import request", "import http.client as h"]
)
def test_reaching_out_is_seen(house: Path, line: str) -> None:
    put(house, "profile/fold.py", line)

    assert list(code.one_egress(house))


@pytest.mark.parametrize(
    "line",
    [
        "import asyncio\nasync def f(): await asyncio.open_connection('a', 1)",
        "async def f(loop): await loop.create_connection(object, 'a', 1)",
        "import ssl",
        "import psycopg",
        "from pyarrow import fs",
    ],
)
def test_another_way_to_reach_out_is_seen(house: Path, line: str) -> None:
    put(house, "profile/fold.py", line)

    assert list(code.nothing_else_connects(house))


def test_a_statement_that_fetches_an_extension_is_seen(house: Path) -> None:
    put(house, "profile/fold.py", "SQL = 'INSTALL httpfs'")

    assert list(code.duckdb_reaches_nobody(house))


@pytest.mark.parametrize(
    "text",
    ["class ProfileManager: ...", "def sync_audience(): ...", "def f(cohort): ..."],
)
def test_another_word_for_a_thing_is_seen(house: Path, text: str) -> None:
    put(house, "profile/fold.py", text)

    assert list(code.one_word(house))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("page.html", "<p>{{ name|safe }}</p>"),
        ("page.html", "<p title={{ name }}>"),
        ("page.html", '<p data-names="{{ names|tojson }}">'),
        ("page.js", "list.innerHTML = name"),
        ("page.py", "Markup(name)"),
    ],
)
def test_raw_html_is_seen(house: Path, file: str, text: str) -> None:
    put(house, f"console/{file}", text)

    assert list(code.no_raw_html(house))


def test_an_escaped_value_in_quotes_is_let_be(house: Path) -> None:
    put(house, "console/page.html", '<a href="/p?c={{ cursor|urlencode }}">{{ x }}</a>')

    assert not list(code.no_raw_html(house))


def test_a_float_in_state_is_seen(house: Path) -> None:
    put(house, "profile/rows.py", "class Row(Struct):\n    sums: dict[str, float]\n")

    assert list(code.no_floats_in_state(house))


@pytest.mark.parametrize(
    "line",
    [
        "def f(a, b): return a.form_key == b",
        "def f(mac, told): return told != mac",
        "class A:\n    def f(self, told): return self._token == told",
    ],
)
def test_a_proof_that_is_compared_letter_by_letter_is_seen(
    house: Path, line: str
) -> None:
    put(house, "profile/fold.py", line)

    assert list(code.proofs_are_compared_in_constant_time(house))


@pytest.mark.parametrize(
    "line",
    [
        "import hmac\ndef f(mac, told): return hmac.compare_digest(mac, told)",
        "def f(token): return token == ''",
        "def f(token, held): return token in held",
    ],
)
def test_what_tells_nothing_of_a_proof_is_let_be(house: Path, line: str) -> None:
    put(house, "profile/fold.py", line)

    assert not list(code.proofs_are_compared_in_constant_time(house))


def test_a_folder_outside_the_contracts_is_seen(house: Path) -> None:
    put(house, "profile/fold.py", "")

    assert list(code.modules_open_with_a_sentence(house))


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("raise InvalidError('Give it a name.')", True),
        ("raise errors.NotFoundError(f'There is no {x}.')", True),
        ("error = ConflictError('It is ' + x)", True),
        ("page.show(request, fault='Not saved.')", True),
        ("raise InvalidError(look.say('Give it a name.'))", False),
        ("raise InvalidError(str(error))", False),
        ("raise PermissionDeniedException('Not allowed.')", False),
        ("page.show(request, fault='')", False),
    ],
)
def test_an_error_of_the_console_in_one_language_is_seen(
    house: Path, line: str, seen: bool
) -> None:
    put(house, "console/form.py", line)
    put(house, "profile/fold.py", line)

    assert len(list(code.the_console_says_its_errors(house))) == int(seen)


@pytest.mark.parametrize(
    "line",
    ["a==1 \\\n    --hash=sha256:00\nb==2", "--extra-ind" + "ex x", "a @ file:///x"],
)
def test_a_line_of_a_lock_without_a_hash_is_seen(house: Path, line: str) -> None:
    (house / "requirements.lock").write_text(line + "\n")

    assert list(locks_hold_hashes(house))


def test_a_changed_vendored_file_is_seen(house: Path) -> None:
    put(house, "console/SHA256SUMS", f"{'0' * 64}  lib.js\n")
    put(house, "console/lib.js", "mended")

    assert list(vendored_files_are_what_they_were(house))


def test_a_vendored_file_without_a_checksum_is_seen(house: Path) -> None:
    put(house, "console/SHA256SUMS", "")
    put(house, "console/lib.js", "")

    assert list(vendored_files_are_what_they_were(house))


@pytest.mark.parametrize(
    "text", ["see /work" + "/main/x", "https://pypi.or" + "g/simple", "cd /root" + "/x"]
)
def test_a_machine_is_seen(text: str) -> None:
    assert MACHINE.search(text)
    assert not MACHINE.search("docs/" + "work/plan.md and network/root/zone")


@pytest.mark.parametrize(
    ("file", "text", "seen"),
    [
        ("segment/test_meaning.py", "@{mark}('C1')\ndef test_it(): ...", True),
        ("segment/test_meaning.py", "pytestmark = [{mark}('C1')]", True),
        ("segment/test_meaning.py", "# {mark}('C1')", False),
        ("acceptance/test_it.py", "@{mark}('C1')\ndef test_it(shop): ...", False),
        (
            "app/test_logs.py",
            "from tests.acceptance.shop import Shop\n@{mark}('K4')\ndef test_it(): ...",
            False,
        ),
    ],
)
def test_a_feature_that_a_test_of_functions_is_said_to_show_is_seen(
    house: Path, file: str, text: str, seen: bool
) -> None:
    path = house / "tests" / file
    path.parent.mkdir(parents=True)
    path.write_text(text.format(mark="pytest.mark.feature"))

    assert len(list(features_are_shown_on_the_real_thing(house))) == int(seen)
