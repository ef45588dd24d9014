"""The door for files: orders, receipts, returns, contacts and events."""

from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import (
    Batch,
    Built,
    FileError,
    FileKind,
    ImportPlan,
    Mapping,
    Packet,
    Parsed,
    Rejected,
    SavedMapping,
)
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import load_mapping, plan
from habitue.collect.files.rejects import RejectFile
from habitue.collect.files.streaming import look, packets, recall, stream
from habitue.collect.files.telling import assumptions, to_keep

__all__ = [
    "Batch",
    "Built",
    "FileError",
    "FileKind",
    "ImportPlan",
    "Limits",
    "Mapping",
    "Packet",
    "Parsed",
    "RejectFile",
    "Rejected",
    "SavedMapping",
    "assumptions",
    "load_mapping",
    "look",
    "packets",
    "parse",
    "plan",
    "recall",
    "stream",
    "to_keep",
]
