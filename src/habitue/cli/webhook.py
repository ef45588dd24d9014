"""habitue webhook: deliveries of other systems, and what becomes of them."""

import json as jsonlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.base.errors import InvalidError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="webhook")

Secret = Annotated[
    str | None,
    Parameter(help="The secret that the provider gave; - reads it from the keyboard."),
]
Expect = Annotated[
    list[str] | None,
    Parameter(
        help="PLACE=TEXT that has to stand in a delivery, again for each.",
        negative=(),
    ),
]
Currency = Annotated[
    str | None,
    Parameter(help="Of amounts that come without one, as PLN; else the shop's."),
]


@app.command(name="list")
def list_providers(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List the providers whose deliveries are understood."""
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/webhooks")
    if json:
        print_json(told)
        return
    table = Table("provider", "what it is", "the secret")
    for one in told["providers"]:
        made = "made here" if one["key"] == "ours" else "theirs"
        table.add_row(escape(one["provider"]), escape(one["title"]), made)
    stdout.print(table)
    for one in told["faults"]:
        stdout.print(f"[red]{escape(one['detail'])}[/]", soft_wrap=True)


@app.command(name="set")
def set_webhook(
    source: str,
    provider: str | None = None,
    *,
    mapping: Path | None = None,
    secret: Secret = None,
    word: str | None = None,
    url: str | None = None,
    expect: Expect = None,
    currency: Currency = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Let a server source take deliveries of a provider, or change how.

    Parameters
    ----------
    source
        The source.
    provider
        One of habitue webhook list; standard-webhooks where none is named.
    mapping
        A TOML file with a mapping of your own, laid over the provider's.
    word
        What a provider such as Meta asks for once, called verify token there.
    url
        The address as the provider has it, where it is signed along.

    """
    wanted = told_webhook(provider, secret, url, expect, currency)
    wanted |= _own(mapping, word)
    path = f"/api/v1/sources/{segment(source)}/webhook"
    with connect(settings(data, database)) as client:
        made = client.put(path, wanted)
    if json:
        print_json(made)
    else:
        say_webhook(made)


def _own(mapping: Path | None, word: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if mapping is not None:
        told["mapping"] = mapping.read_text("utf-8")
    if word is not None:
        told["word"] = word
    return told


def told_webhook(
    provider: str | None,
    secret: str | None,
    url: str | None = None,
    expect: list[str] | None = None,
    currency: str | None = None,
) -> dict[str, Any]:
    """Give what is to be set of a webhook, as the API takes it."""
    told: dict[str, Any] = {"provider": provider, "url": url}
    told["currency"] = currency and currency.upper()
    if secret is not None:
        told["secrets"] = [_asked(secret)]
    if expect:
        told["expect"] = dict(_pair(one) for one in expect)
    return {name: value for name, value in told.items() if value is not None}


def _pair(told: str) -> tuple[str, str]:
    place, equals, text = told.partition("=")
    if not equals:
        raise InvalidError(
            f"'{told}' says not what to expect; write body:TopicArn=arn:aws:sns:..."
        )
    return place, text


def _asked(told: str) -> str:
    """Give a secret as it was told, or as it is typed: - asks for it."""
    from getpass import getpass

    return getpass("Secret: ") if told == "-" else told


def say_webhook(made: dict[str, Any]) -> None:
    """Print where deliveries go, and the secret if it was made here."""
    url = made["url"] or f"https://YOUR-HOST{made['path']}"
    stdout.print(f"Deliveries go to {escape(url)}", highlight=False, soft_wrap=True)
    if made["secret"]:
        stdout.print("Their secret is shown only now:")
        stdout.print(made["secret"], highlight=False)
    elif not made["secrets"]:
        stdout.print(
            f"Nothing is taken until it has a secret: habitue webhook secret"
            f" {escape(made['source'])} -",
            highlight=False,
            soft_wrap=True,
        )
    stdout.print(
        f"Amounts that come without a currency are taken as {escape(made['currency'])};"
        " --currency says another.",
        highlight=False,
        soft_wrap=True,
    )
    stdout.print(escape(made["next"]), highlight=False, soft_wrap=True)


@app.command
def show(
    source: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Show what a source takes, and an address to confirm if there is one."""
    path = f"/api/v1/sources/{segment(source)}/webhook"
    with connect(settings(data, database)) as client:
        made = client.get(path)
    if json:
        print_json(made)
        return
    stdout.print(
        f"{escape(made['provider'])} at {escape(made['url'] or made['path'])},"
        f" {made['secrets']} secrets",
        highlight=False,
        soft_wrap=True,
    )
    if made["confirm_url"]:
        stdout.print(
            f"Open this address to confirm: {escape(made['confirm_url'])}",
            highlight=False,
            soft_wrap=True,
        )


@app.command
def secret(
    source: str,
    secret: Annotated[
        str | None,
        Parameter(
            help="The one that the provider gave, - to be asked; else it's made."
        ),
    ] = None,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Give a webhook another secret; the one before it goes on to verify."""
    told = None if secret is None else _asked(secret)
    path = f"/api/v1/sources/{segment(source)}/webhook/secrets"
    with connect(settings(data, database)) as client:
        made = client.post(path, {"secret": told} if told else {})
    if json:
        print_json(made)
    elif made["secret"]:
        stdout.print(made["secret"], highlight=False)
    else:
        stdout.print("The secret holds, and so does the one before it.")


@app.command(name="try")
def try_sample(
    provider: str,
    file: Path,
    *,
    mapping: Path | None = None,
    header: Annotated[list[str] | None, Parameter(negative=())] = None,
    secret: Secret = None,
    country: str = "GB",
    currency: Currency = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say which events a sample would become; nothing is stored.

    Parameters
    ----------
    provider
        One of habitue webhook list.
    file
        The body of a delivery; or a JSON object with headers and body_text.
    mapping
        A TOML file with a mapping to try.
    header
        NAME: VALUE of the delivery, again for each.
    country
        The country of phone numbers that come without a code, as in PL.

    """
    sample = _sample(file, header or [])
    wanted: dict[str, Any] = {**sample, "provider": provider, "country": country}
    if mapping is not None:
        wanted["mapping"] = mapping.read_text("utf-8")
    if secret is not None:
        wanted["secret"] = _asked(secret)
    if currency is not None:
        wanted["currency"] = currency.upper()
    with connect(settings(data, database)) as client:
        made = client.post("/api/v1/webhooks/try", wanted)
    if json:
        print_json(made)
    else:
        _say_trial(made)


def _sample(file: Path, told: list[str]) -> dict[str, Any]:
    """Read a sample: a whole delivery, or its body alone."""
    text = file.read_text("utf-8")
    headers = {}
    for one in told:
        name, _, value = one.partition(":")
        headers[name.strip()] = value.strip()
    try:
        whole = jsonlib.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and "body_text" in whole:
        return {
            "headers": {**whole.get("headers", {}), **headers},
            "target": whole.get("target", ""),
            "url": whole.get("url", ""),
            "body": whole["body_text"],
        }
    return {"headers": headers, "body": text}


def _say_trial(made: dict[str, Any]) -> None:
    stdout.print(
        f"Topic {escape(made['topic'] or '(none)')}, signature"
        f" {escape(made['signature'])}",
        highlight=False,
        soft_wrap=True,
    )
    for one in made["warnings"]:
        stdout.print(f"[yellow]{escape(one['detail'])}[/]", soft_wrap=True)
    for one in made["events"]:
        if one["event"] is None:
            stdout.print(f"[red]{escape(one['detail'] or '')}[/]", soft_wrap=True)
            continue
        print_json(one["event"])
        for warning in one["warnings"]:
            stdout.print(f"[yellow]{escape(warning['detail'])}[/]", soft_wrap=True)
        if one["empty"]:
            empty = ", ".join(one["empty"])
            stdout.print(f"Nothing found for: {escape(empty)}", soft_wrap=True)
