"""Settings: one order, one sentence for each mistake."""

from pathlib import Path

import pytest

from habitue.base.errors import InvalidError
from habitue.base.settings import declared, load, load_with_origins, shown


def said(**given: object) -> str:
    with pytest.raises(InvalidError) as wrong:
        load(**{"environ": {}, **given})  # type: ignore[arg-type]
    return str(wrong.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "habitue.toml"
    path.write_text("[server]\nport = 9001\nhost = '0.0.0.0'\n[shop]\nname = 'M'\n")
    return path


def test_flags_beat_variables_beat_the_file_beat_defaults(file: Path) -> None:
    variables = {"HABITUE_SERVER__PORT": "9002", "HABITUE_SERVER__HOST": "::1"}

    loaded = load_with_origins({"server.port": 9003}, file=file, environ=variables)

    assert loaded.settings.server.port == 9003
    assert loaded.settings.server.host == "::1"
    assert loaded.settings.shop.name == "M"
    assert loaded.settings.collect.batch_items_max == 2500
    assert loaded.origins["server.port"] == "flag"
    assert loaded.origins["server.host"] == "HABITUE_SERVER__HOST"
    assert loaded.origins["shop.name"] == str(file)
    assert loaded.origins["collect.batch_items_max"] == "default"


def test_a_wrong_value_is_told_with_what_it_must_be() -> None:
    assert said(environ={"HABITUE_COLLECT__BATCH_ITEMS_MAX": "many"}) == (
        "Setting 'HABITUE_COLLECT__BATCH_ITEMS_MAX' is 'many'; it must be a whole"
        " number from 1 to 100000."
    )


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "1e3", "", "٣", "9" * 30, " "])
def test_a_number_out_of_its_limits_is_refused(value: str) -> None:
    text = said(environ={"HABITUE_COLLECT__BATCH_ITEMS_MAX": value})

    assert "it must be a whole number from 1 to 100000." in text


def test_an_unknown_setting_is_told_with_the_nearest() -> None:
    text = said(environ={"HABITUE_COLLECT__BATCH_ITEM_MAX": "1"})

    assert text.endswith("did you mean 'collect.batch_items_max'?")


def test_a_variable_without_its_section_is_told_with_the_right_name() -> None:
    text = said(environ={"HABITUE_PORT": "1"})

    assert text.endswith("did you mean 'HABITUE_SERVER__PORT'?")


def test_variables_of_tests_and_tools_are_let_be() -> None:
    assert load(environ={"HABITUE_TORTURE": "1", "HABITUE_SHARED": "x"}) == load(
        environ={}
    )


def test_an_unknown_flag_or_line_of_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "habitue.toml"
    path.write_text("[server]\nprt = 1\n")

    assert "did you mean 'server.port'?" in said(file=path)
    assert "There is no setting 'server.nose'" in said(flags={"server.nose": 1})


def test_a_file_that_is_not_toml_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "habitue.toml"
    path.write_text("port: 1")

    assert f"The settings in '{path}' can't be read" in said(file=path)
    assert "can't be read" in said(file=tmp_path / "missing.toml")


def test_a_secret_may_stand_in_a_file_and_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("postgresql://me:hush@db/shop\n")

    loaded = load_with_origins(environ={"HABITUE_DATABASE__URL_FILE": str(path)})

    assert loaded.settings.database.url == "postgresql://me:hush@db/shop"
    assert "hush" not in str(shown(loaded))


def test_only_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    text = said(environ={"HABITUE_SERVER__PORT_FILE": str(tmp_path)})

    assert "There is no setting" in text


def test_the_short_name_of_the_data_folder_works() -> None:
    assert load(environ={"HABITUE_DATA": "elsewhere"}).data.folder == Path("elsewhere")


def test_a_list_is_text_with_commas_or_a_list(tmp_path: Path) -> None:
    path = tmp_path / "habitue.toml"
    path.write_text("[server]\ntrusted_proxies = ['10.0.0.1', '10.0.0.2']\n")
    variables = {"HABITUE_SERVER__TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2"}

    assert load(environ=variables).server == load(file=path, environ={}).server


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HABITUE_SHOP__CURRENCY", "euro", "three capital letters"),
        ("HABITUE_SHOP__COUNTRY", "Poland", "two capital letters"),
        ("HABITUE_SHOP__TIME_ZONE", "../../etc/passwd", "the name of a time zone"),
        ("HABITUE_LOG__LEVEL", "loud", "one of debug, info, warning, error"),
        ("HABITUE_SERVER__HOST", "a\0b", "text"),
    ],
)
def test_a_text_has_its_form(name: str, value: str, words: str) -> None:
    assert words in said(environ={name: value})


def test_every_default_is_a_value_that_would_be_taken() -> None:
    flags = {name: entry.default for name, entry in declared().items()}

    assert load(flags, environ={}) == load(environ={})


def test_it_listens_to_this_machine_only_until_told_otherwise() -> None:
    assert load(environ={}).server.host == "127.0.0.1"
