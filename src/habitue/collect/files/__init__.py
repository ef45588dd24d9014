"""The door for files: orders, receipts, returns, contacts and events.

What parses them is not loaded here: a child does that (collect/files/child.py), and who
starts one is spared what that takes, a quarter of a second for numpy alone.
"""

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
    "look",
    "packets",
    "recall",
    "stream",
    "to_keep",
]
