"""The command line: one command a thing to do, each with help."""

import gc
import os
import sys

from cyclopts import App, CycloptsError
from rich.console import Console
from rich.markup import escape

from habitue import __version__
from habitue.base.errors import HabitueError

app = App(
    name="habitue",
    help="One live view of each customer, across every channel.",
    version=__version__,
)
# Named, not imported: a command loads only what it needs, and answers sooner.
COMMANDS = (
    ("serve", "serve", "Run the server; SIGTERM ends it with nothing lost."),
    ("demo", "demo", "See it with real purchases, in ten minutes."),
    ("link", "link", "A fresh link to the page of the server that runs."),
    ("import", "imports", "Import orders, receipts, returns, contacts, events, goods."),
    ("imports", "import_runs", "Files that were taken in, and taking them back."),
    ("catalog", "catalog", "Goods, what they cost and cost before, stock, stores."),
    ("reconcile", "reconcile", "Compare a source's months with ours, to the penny."),
    ("watch", "watch", "Folders whose files are imported, with the hour one is due."),
    ("person", "person", "Who somebody is: by identifier or by person id."),
    ("note", "note", "What the staff note of a person."),
    ("view", "view", "Searches for people under a name, own or the team's."),
    ("duplicates", "duplicates", "Who is likely one person, and what you say to it."),
    ("source", "source", "Where events come from, and their keys."),
    ("webhook", "webhook", "Deliveries of other systems, and what they become."),
    ("kind", "kind", "Kinds of identifiers, and values that name nobody."),
    ("segment", "segment", "Who is meant: segments, how many, who, and why."),
    ("shop", "shop", "The time zone of its days, the currency of its reports."),
    ("staff", "staff", "What is the shop's own, and never counts."),
    ("plan", "plan", "What a source's events have to hold."),
    ("scores", "scores", "Engagement, RFM, stages: their rules and who stands where."),
    ("channels", "channels", "Where visits come from, what that costs and brings."),
    ("insights", "insights", "How people come to buy, and what brought it about."),
    ("digest", "digest", "The week in figures, as files: make one, list, read."),
    ("operator", "operator", "Team members, their roles, and how they get in."),
    ("bait", "bait", "Invented people, so that who reads them is found out."),
    ("audit", "audit", "What team members did, and that it stands as written."),
    ("sql", "sql", "Ask the copy of the events with SQL, as of one moment."),
    ("schema", "schema", "The known events, as JSON Schemas."),
    ("quarantine", "quarantine", "Items that could not be taken, and why."),
    ("erase", "erase", "Forget a person, in every store."),
    ("privacy", "privacy", "Everything about a person; who was erased."),
    ("rebuild", "rebuild", "Compute state again from the log."),
    ("export", "export", "Write events, people and purchases as files."),
    ("backup", "backup", "Copy everything while it runs, and prove the copy."),
    ("restore", "restore", "Go back to a backup, less what was erased since."),
    ("database", "database", "PostgreSQL with a role of its own for servers."),
    ("doctor", "doctor", "What ails this installation, and the way out."),
    ("size", "size", "How much disk so many people and events will take."),
    ("bench", "bench", "Measure this machine: ratios against a floor."),
    ("config", "config", "The settings in force."),
)
for name, module, text in COMMANDS:
    app.command(f"habitue.cli.{module}:app", name=name, help=text)


def main() -> None:
    """Run the command line; an expected failure is one sentence and exit code 1."""
    # What is written here is about people: for its owner's eyes alone.
    os.umask(0o077)
    # Nearly all that a start makes stays: looked through again and again as it grows,
    # it would take a sixth of the time that a command takes.
    gc.set_threshold(100_000, 20, 100)
    try:
        app(exit_on_error=False, print_error=False)
    except (HabitueError, CycloptsError) as error:
        _fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _fail(f"Can't use '{error.filename}': {error.strerror}.")
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentence: str) -> None:
    # On one line, however narrow the terminal: others read it, too.
    Console(stderr=True).print(
        f"[bold red]habitue:[/] {escape(sentence)}", highlight=False, soft_wrap=True
    )
    sys.exit(1)
