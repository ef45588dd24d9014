"""The events that have a meaning here, and the other names they go by."""

from habitue.collect.vocabulary.catalogue import (
    CATALOGUE,
    RESERVED,
    Stage,
    VocabularyEvent,
    canonical,
    lookup,
)

__all__ = ["CATALOGUE", "RESERVED", "Stage", "VocabularyEvent", "canonical", "lookup"]
