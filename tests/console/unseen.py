"""What the core raises that no page shows, and why not."""

# By why: the files, or folders, whose sentences nobody sees on a page.
ROOMS = {
    "commands run it, and tell what became of it on the terminal": (
        "app/backup/",
        "app/bench/",
        "app/calling/export_files.py",
        "app/calling/feeding.py",
        "app/calling/figures.py",
        "app/calling/gateway.py",
        "app/calling/importing.py",
        "app/doctor/",
        "app/operation/preparing.py",
        "app/duplicates/columns.py",
        "app/duplicates/labelled.py",
        "app/serving/",
        "catalog/reconcile.py",
        "client/",
    ),
    "a start is refused with it, and there is no page before it": (
        "access/sealed.py",
        "access/secrets.py",
        "app/operation/logs.py",
        "app/projection/defined.py",
        "app/projection/storage.py",
        "base/plugins.py",
        "base/settings.py",
        "collect/routing.py",
        "state/registry.py",
        "state/store.py",
    ),
    "only the API has it": (
        "access/adopted.py",
        "access/key.py",
        "access/oauth.py",
        "access/assertion.py",
        "access/repeats.py",
        "api/",
        "app/desks/catalog_desk.py",
        "app/desks/feed_desk.py",
        "app/desks/kind_desk.py",
        "app/desks/mapping_desk.py",
        "app/desks/staff_desk.py",
        "app/watch/",
        "backends/duckdb/admit.py",
        "backends/duckdb/asking.py",
        "collect/watched/",
        "identity/defining.py",
    ),
    "a fault of what is stored: the page has one sentence for all of them": (
        "app/projection/reading_fold.py",
        "backends/",
        "log/",
        "privacy/suppress.py",
        "state/",
    ),
    "files other than lists of contacts come by command or watched folder": (
        "app/calling/watch_child.py",
        "collect/files/child.py",
        "collect/files/documents/",
        "collect/files/json_lines.py",
        "collect/files/mapping_file.py",
        "collect/files/xml_reading.py",
    ),
}
# By why: single sentences of files that others of are seen.
SENTENCES = {
    "the page says it by its class, in its own words": (
        "People of all stores are in it; ask somebody who sees everybody.",
        "There is no person {} among those of your stores. Ask an administrator if"
        " your work needs others.",
        "You looked for people {} times within this hour, which is all a team member"
        " may. Go on in {} minutes, or have searches.per_hour raised in the settings.",
    ),
    "no form or link of a page asks so, only the API or an address typed by hand": (
        "'{}' is no address; write it as the sender has it, like"
        " https://cdp.shop.example/hooks/shop.",
        "A key for an import is for nothing else; leave scopes.",
        "Name and kind of a source stay; add another source.",
        "Source '{}' is not public, so it needs no tokens.",
        "This key is taken already; revoke it where it is, or give the clients of '{}'"
        " a key of their own.",
        "'{}' is no cursor; use next_cursor of the page before.",
        "'{}' is no cursor here, or what it stood at joins these no more; begin again"
        " without one.",
        "That is no cursor; use next_cursor of the page.",
        "This is no cursor; take one as the page before tells it.",
        "'{}' is no kind of identifier; there are {}.",
        "'{}' has no tracking plan: all its events are taken.",
        "Only a server source takes webhooks; leave it out.",
        "'{}' is no place: name online or store.",
        "'{}' is nothing that can be the same; there are {}.",
        "'{}' is nothing that purchases are told apart by; there are {}.",
        "Name an intention on the way to buying: search, .., buy.",
        "Name the side where was bought, and the answer to ROPO.",
        "'{}' is no sort; name all, receipts or known.",
        "Name the person by 'identifier' or by 'person_id'.",
        "'{}' is no intention; there are {}.",
        "'{}' is no side; there are {}.",
        "A cell of a report is shorter; take it from one.",
        "A cell of steps names them.",
        "This is no cell of a report: {}. Take one as the report tells it.",
        "{} doesn't rest on the report at offset {}: '{}' was defined anew since, or"
        " told of it too often. Define it as it was, then restore the item and retract"
        " it again.",
    ),
    "the page takes lists of contacts, and these are of other files": (
        "The columns don't tell what this file holds. {}",
        "A file of events has one JSON object a line, as Segment's clients send them;"
        " this one does not begin so.",
        "The file has no money: name the column for 'price', 'line_total' or 'total' in"
        " the mapping.",
        "The file has {}: name the column for '{}' in the mapping, or give it as a"
        " constant.",
        "The mapping looks '{}' up in the column '{}', which is not read: give that"
        " column a field as well.",
        "The mapping's key '{}' has no column in this file.",
        "There is no file '{}'.",
        "The webhook file '{}' is too large.",
    ),
    "a process without pages raises it: one that follows, or that does not listen": (
        "Another process leads, and imports are undone there. Ask that one, or try"
        " again once this one leads.",
        "People are counted by the process that leads, and this one follows it. Ask"
        " that one, or try again: if it ends, this one takes over.",
        "This process does not listen, so it can't import files of the page.",
    ),
    "it never leaves the core, or ends the process": (
        "A note that somebody is on a list can't be written.",
        "Nobody waits for the timer '{}'.",
        "Record {} tells no event any more.",
        "The analytic copy does not hold what a condition asks for.",
        "The copy for analysis does not hold what the condition asks for: {}. Who is in"
        " it is judged one by one.",
    ),
    "another process or place raised it first, where it is walked": (
        "<answer.fault>",
        "<answer.reason>",
        "<copy.progress()>",
        "<made.fault>",
        "<str(error)>",
        "<self._copy.progress()>",
        "<self.faults[name]>",
        "<told.fault>",
        "<told.trouble>",
    ),
    "it is a list of faults, each of which the page says at its place": (
        "<[Fault('', _TOO_DEEP)]>",
        "<[_fault(str(error))]>",
        "<[half]>",
        "<list(faults_in(found))>",
        "<missing_segments(condition, {**library, segment_id: condition})>",
    ),
}
