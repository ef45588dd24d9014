"""The image: nobody's root, nothing written but the volume, all of it locked."""

import json
import re

import pytest

from tests.deploy.images import DEPLOY, ROOT, Instruction, instructions

FILE = instructions((DEPLOY / "Containerfile").read_text("utf-8"))
LAST = max(one.stage for one in FILE)


def told(word: str) -> list[str]:
    """Give what an instruction is told in the stage that becomes the image."""
    return [one.told for one in FILE if one.word == word and one.stage == LAST]


def installs() -> list[Instruction]:
    return [one for one in FILE if one.word == "RUN" and "install " in one.told]


def test_what_builds_it_is_not_in_it() -> None:
    assert LAST == 2
    assert not [one for one in told("RUN") if "pip" in one]
    assert told("COPY")[0].startswith("--from=build ")


def test_it_runs_as_nobody_in_particular() -> None:
    uid, gid = told("USER")[-1].split(":")
    assert int(uid) >= 1_000
    assert int(gid) >= 1_000
    # Behind it nothing is done as root again.
    words = [one.word for one in FILE if one.stage == LAST]
    assert not {"RUN", "COPY", "ADD"} & set(words[words.index("USER") :])


def test_it_writes_into_one_volume_alone() -> None:
    assert told("VOLUME") == ["/data"]
    assert told("WORKDIR") == ["/data"]
    assert "HABITUE_DATA=/data" in told("ENV")[0]


def test_all_of_others_is_locked_by_hash_and_runs_nothing_while_it_is_built() -> None:
    of_others = [one.told for one in installs() if "requirements" in one.told]

    assert len(of_others) == 1
    for flag in ("--require-hashes", "--only-binary :all:", "--no-deps"):
        assert flag in of_others[0]
    lock = re.search(r"-r (\S+)", of_others[0])
    assert lock is not None
    assert (ROOT / lock[1]).exists()


def test_ours_is_built_without_an_index() -> None:
    ours = [one.told for one in installs() if one.told.endswith(" .")]

    assert len(ours) == 1
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(ours[0].split())


def test_nothing_is_fetched_but_what_the_lock_names() -> None:
    for one in FILE:
        assert one.word != "ADD"
        assert not re.search(r"\b(curl|wget|apt-get|git clone)\b", one.told)


def test_the_base_is_a_version_not_whatever_is_latest() -> None:
    base = next(one.told for one in FILE if one.word == "ARG").partition("=")[2]

    assert re.search(r":3\.1\d", base)
    assert [one.told.split()[0] for one in FILE if one.word == "FROM"] == [
        "${PYTHON}",
        "${PYTHON}",
    ]


@pytest.mark.parametrize("word", ["ENTRYPOINT", "CMD"])
def test_signals_reach_it_and_not_a_shell(word: str) -> None:
    assert json.loads(told(word)[-1])


def test_its_health_is_asked_without_a_tool_that_it_lacks() -> None:
    asked = json.loads(told("HEALTHCHECK")[0].partition("CMD ")[2])

    assert asked[:2] == ["python", "-c"]
    compile(asked[2], "healthcheck", "exec")
    assert "/healthz" in asked[2]


def test_no_secret_stands_in_it() -> None:
    text = " ".join(one.told for one in FILE)

    assert not re.search(r"(?i)(password|secret|token)\s*=", text)


def test_what_it_copies_is_there() -> None:
    for one in FILE:
        if one.word == "COPY" and "--from" not in one.told:
            assert all((ROOT / name).exists() for name in one.told.split()[:-1])
