"""The door for files: orders, receipts, returns and contacts from CSV and Parquet."""

from habitue.collect.files.limits import Limits
from habitue.collect.files.nouns import (
    Batch,
    Built,
    FileError,
    FileKind,
    ImportPlan,
    Mapping,
    Parsed,
    Rejected,
)
from habitue.collect.files.parsing import parse
from habitue.collect.files.planning import load_mapping, plan
from habitue.collect.files.rejects import RejectFile
from habitue.collect.files.streaming import look, recall, stream

__all__ = [
    "Batch",
    "Built",
    "FileError",
    "FileKind",
    "ImportPlan",
    "Limits",
    "Mapping",
    "Parsed",
    "RejectFile",
    "Rejected",
    "load_mapping",
    "look",
    "parse",
    "plan",
    "recall",
    "stream",
]
