"""State forgets what an erasure names, and its list of people ends where it would."""

import msgspec

from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.log.port import Entry
from habitue.model.certificate import ERASURE, Certificate, Status
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import IDENTIFIERS_MAX, Identifier
from habitue.model.record import RecordKind
from habitue.model.source import Source
from tests.app.folded import NOW_US, Folded, event

# The list of people is kept in parts of so many records.
PART_RECORDS = (1 << 17) // IDENTIFIERS_MAX


def forget(folded: Folded, *offsets: int, status: Status = Status.BEGUN) -> None:
    asked = Certificate(
        erasure_id="e1",
        status=status,
        by="anna",
        reason="r",
        asked_us=NOW_US,
        offsets=offsets,
    )
    folded.truth.define(ERASURE, "e1", msgspec.json.encode(asked), NOW_US)
    catch_up(folded)


def catch_up(folded: Folded) -> None:
    for record in folded.truth.read(folded.fold.offset, 10):
        folded.fold.apply(record)


def check_as_anew(folded: Folded, folder, *offsets: int) -> None:
    """Erase records that state has forgotten; it is what the log gives then."""
    folded.truth.erase(offsets, "asked", NOW_US)
    catch_up(folded)
    assert list(folded.fold.faults.items()) == []
    assert list(folded.fold.store.dump()) == dump_anew(folded, folder)


def dump_anew(folded: Folded, folder) -> list[bytes]:
    state = SqliteState(folder / "anew.db")
    fold = open_fold(folded.truth, state, 10_000)
    replay(fold, folded.truth, state, folded.truth.head())
    found = list(fold.store.dump())
    state.close()
    return found


def test_the_last_person_of_a_part_of_the_list_is_forgotten_with_it(tmp_path):
    folded = Folded(tmp_path)
    folded.tell(*(event("user_id:u1", verified=True) for _ in range(PART_RECORDS)))
    told = folded.tell(event("user_id:zoe", verified=True))
    offset = told[0][0].offset

    forget(folded, offset)

    assert len(folded.fold.identity.people()) == 1
    check_as_anew(folded, tmp_path, offset)
    folded.close()


def test_what_is_folded_again_goes_by_its_sources_as_they_were_then(tmp_path):
    folded = Folded(tmp_path)
    define(folded, Source(name="web", trust_orders=False))
    order = {"order_id": "o1", "total": "5.00", "currency": "EUR"}
    folded.tell(event("user_id:zoe", name="Order Completed", properties=order))
    define(folded, Source(name="web", trust_orders=True))
    told = folded.tell(event("user_id:zoe", at=1, verified=True))
    offset = told[0][0].offset

    forget(folded, offset)

    check_as_anew(folded, tmp_path, offset)
    folded.close()


def define(folded: Folded, source: Source) -> None:
    folded.truth.define("source", source.name, msgspec.json.encode(source), NOW_US)
    catch_up(folded)


def test_a_record_that_could_not_be_folded_is_no_fault_once_it_is_forgotten(tmp_path):
    folded = Folded(tmp_path)
    folded.tell(event("user_id:zoe", verified=True))
    folded.fold.faults.put(1, "KeyError: zoe")

    forget(folded, 1)

    assert list(folded.fold.faults.items()) == []
    folded.close()


def test_what_was_marked_lies_where_it_would_without_who_is_forgotten(tmp_path):
    folded = Folded(tmp_path)
    named = folded.tell(event("user_id:zoe", "email:z@shop.example", verified=True))
    folded.tell(event("user_id:bob", verified=True))
    # Under zoe, who is known better; one of hers alone, and one before her.
    folded.tell(event("user_id:zoe", "user_id:bob", marked="staff", verified=True))
    alone = folded.tell(event("user_id:zoe", marked="bot"))
    offsets = [named[0][0].offset, alone[0][0].offset]

    forget(folded, *offsets)

    check_as_anew(folded, tmp_path, *offsets)
    assert len(list(folded.fold.marked.take_out(number_of(folded, "bob")))) == 1
    folded.close()


def test_what_was_marked_is_not_kept_under_who_became_known_later(tmp_path):
    folded = Folded(tmp_path)
    zoe = folded.tell(event("user_id:zoe", verified=True))[0][0].offset
    folded.tell(event("user_id:zoe", "user_id:late", marked="staff", verified=True))
    folded.tell(event("user_id:late", verified=True))

    forget(folded, zoe)

    check_as_anew(folded, tmp_path, zoe)
    assert list(folded.fold.marked.take_out(number_of(folded, "late"))) == []
    folded.close()


def number_of(folded: Folded, user_id: str) -> int:
    number = folded.fold.identity.number(Identifier("user_id", user_id))
    assert number is not None
    return number


def test_no_order_points_to_what_a_forgotten_report_told_before_a_later_one(tmp_path):
    folded = Folded(tmp_path)
    folded.tell(event("user_id:bob", verified=True, **order("o1")))
    receipts = folded.tell(
        *(
            event(
                "user_id:zoe",
                at=at,
                verified=True,
                name="Receipt Issued",
                properties={**order(of)["properties"], "receipt_id": "r1"},
            )
            for at, of in enumerate(("o1", "o2"))
        )
    )
    offsets = [record.offset for record, _ in receipts]

    forget(folded, *offsets)

    check_as_anew(folded, tmp_path, *offsets)
    folded.close()


def order(order_id: str) -> dict:
    told = {"order_id": order_id, "total": "5.00", "currency": "EUR"}
    return {"name": "Order Completed", "properties": told}


def order_of_nobody(at: int = 0, order_id: str = "o1"):
    return event(at=at, verified=True, **order(order_id))


def test_what_is_nobodys_is_taken_back_once_however_often_it_is_named(tmp_path):
    folded = Folded(tmp_path)
    told = folded.tell(order_of_nobody(), order_of_nobody(1), order_of_nobody(2, "o2"))
    offsets = [record.offset for record, _ in told[:1]]

    forget(folded, *offsets)
    late = folded.tell(order_of_nobody(3))
    offsets.append(late[0][0].offset)
    forget(folded, *offsets)

    assert folded.fold.identity.nobody == 2
    check_as_anew(folded, tmp_path, *offsets)
    folded.close()


def test_what_is_ruled_on_a_forgotten_item_before_it_is_erased_changes_nothing(
    tmp_path,
):
    folded = Folded(tmp_path)
    told = folded.tell(order_of_nobody())
    record = told[0][0]

    forget(folded, record.offset)
    verdict = Verdict(
        verb=Verb.RETRACT,
        target=Key(record.source, record.message_id),
        at_us=NOW_US,
        operator="ola",
    )
    entry = Entry(
        kind=RecordKind.JUDGEMENT,
        source="operator",
        message_id="j1",
        body=msgspec.json.encode(verdict),
    )
    folded.truth.commit([entry], NOW_US)
    catch_up(folded)

    assert folded.fold.identity.nobody == 0
    check_as_anew(folded, tmp_path, record.offset)
    folded.close()


def test_a_process_that_starts_amid_an_erasure_reads_no_forgotten_record(tmp_path):
    folded = Folded(tmp_path)
    offset = folded.tell(event("user_id:zoe", verified=True))[0][0].offset
    forget(folded, offset)
    save(folded.fold, folded.state)
    folded.close()

    again = Folded(tmp_path)

    assert again.fold.record_at(offset) is None
    forget(again, offset, status=Status.DONE)
    assert again.fold.record_at(offset) is not None
    again.close()


def test_of_a_record_that_nobody_can_read_nothing_is_quoted(tmp_path, caplog):
    folded = Folded(tmp_path)
    bodies = b'{"type":"zoe"}', b'{"type":"track","name":"x","at_us":"zoe"}'
    entries = [
        Entry(source="web", message_id=f"bad{at}", body=body)
        for at, body in enumerate(bodies)
    ]
    folded.truth.commit(entries, NOW_US)

    catch_up(folded)

    assert dict(folded.fold.faults.items()).keys() == {1, 2}
    assert "record 1 could not be folded: ValidationError by " in caplog.text
    assert "habitue/app/projection/fold.py:" in caplog.text
    assert "zoe" not in caplog.text
    assert b"zoe" not in b"".join(folded.fold.store.dump())
    folded.close()


def test_a_record_that_nobody_can_read_is_forgotten_with_the_rest(tmp_path):
    folded = Folded(tmp_path)
    entry = Entry(source="web", message_id="bad", body=b'{"type":"zoe"}')
    folded.truth.commit([entry], NOW_US)
    catch_up(folded)
    offset = folded.tell(event("user_id:zoe", verified=True))[0][0].offset
    assert [at for at, _ in folded.fold.faults.items()] == [1]

    forget(folded, 1, offset)

    assert folded.fold.identity.number(Identifier("user_id", "zoe")) is None
    check_as_anew(folded, tmp_path, 1, offset)
    folded.close()


def test_what_is_ruled_on_a_verdict_before_it_came_and_by_itself_is_forgotten(tmp_path):
    folded = Folded(tmp_path)
    itself, elsewhere = Key("operator", "j2"), Key("web", "never")
    for at, target in enumerate((itself, itself, elsewhere), 1):
        verdict = Verdict(verb=Verb.RESTORE, target=target, at_us=NOW_US, operator="o")
        entry = Entry(
            kind=RecordKind.JUDGEMENT,
            source="operator",
            message_id=f"j{at}",
            body=msgspec.json.encode(verdict),
        )
        folded.truth.commit([entry], NOW_US)
    catch_up(folded)

    forget(folded, 1, 2)

    check_as_anew(folded, tmp_path, 1, 2)
    folded.close()


# By what is dropped: rows of strands, and what lies beside them under another key.
WITH_STRANDS = "dropped with the strand"
# The timers in their order, which the table of timers is dropped with.
BESIDE_STRANDS = {"due"}

# How what state keeps under each name forgets, so that it is thought of for a new one.
# Who makes a table says which: of strands (and the store asks what drops these), or
# one of those below, with the reason why no strand is dropped from it.
FORGETS = {
    WITH_STRANDS: {
        *("profile", "timer", "due", "segment_fact", "segment_page"),
    },
    "forgotten with the person, who is in it no more": {
        *("membership", "segment_member", "segment_size"),
        *("segment_held", "segment_held_until"),
    },
    "told of nobody of whom something is erased": {"persona_due"},
    "counts by day, that name nobody, stay": {"segment_flow"},
    "names segments, and records of them that are due": {
        *("segment", "segment_slot", "segment_leaf", "segment_job"),
        *("segment_subscription", "segment_due"),
    },
    "changed as the objects of a strand go": {"object", "object_source", "total"},
    "taken out by identity": {
        *("identity_born", "identity_classes", "identity_components"),
        *("identity_handed", "identity_items", "identity_links", "identity_numbers"),
        *("identity_opens", "identity_pairs", "identity_people", "identity_rows"),
        *("identity_rulings", "identity_stretches", "identity_tally"),
        *("identity_tied", "identity_ties"),
    },
    "forgotten by offset": {
        "marked",
        "mail_click",
        "mail_click_due",
        "fault",
        "privacy_request",
    },
    "forgotten by what the records tell, and kept anew of others": {"name"},
    "names team members and ids of people, whose entries stay": {"audit"},
    "names imports, nobody": {"undone"},
    "names the shop's goods, sources and rules, nobody": {
        *("catalog_alerted", "catalog_due", "catalog_source"),
        *("price", "product", "shop_store", "stock", "source", "score_rules"),
        *("stock_item", "item_stock", "segment_goods"),
    },
}


def test_of_everything_that_state_keeps_it_is_said_how_it_forgets(tmp_path):
    folded = Folded(tmp_path)
    store = folded.fold.store
    kept = {*store.tables, *store.indexes}
    folded.close()

    assert kept == set().union(*FORGETS.values())


def test_what_is_dropped_with_a_strand_is_what_the_store_drops_it_from(tmp_path):
    folded = Folded(tmp_path)
    of_strands = {*folded.fold.store.strands.tables}
    folded.close()

    assert of_strands == FORGETS[WITH_STRANDS] - BESIDE_STRANDS
