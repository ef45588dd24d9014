"""Asks of a history written by hand: who is who, whose is what, and why not."""

from habitue.identity.meaning import resolve
from habitue.identity.resolution import Resolution
from habitue.model.evidence import Key
from habitue.model.person import Person, Refusal
from tests.identity.histories import Log, one


def found(log: Log) -> Resolution:
    return resolve(log.records, log.policy)


def person(log: Log, word: str) -> Person:
    seen = found(log)
    who = seen.find(one(word))
    assert who is not None, word
    return seen.persons[who]


def owner(log: Log, key: Key) -> int | None:
    seen = found(log)
    return seen.person_of(seen.strand_of[key])


def owners(log: Log, *keys: Key) -> list[int | None]:
    return [owner(log, key) for key in keys]


def together(log: Log, *words: str) -> bool:
    return len({person(log, word).person_id for word in words}) == 1


def known(log: Log) -> list[Person]:
    """Give the persons that have an anchor or contact of their own."""
    return [one for one in found(log).persons.values() if one.nodes]


def refusals(log: Log, word: str) -> list[Refusal]:
    return list(person(log, word).refusals)


def reasons(log: Log, word: str) -> set[str]:
    return {refusal.reason for refusal in refusals(log, word)}
