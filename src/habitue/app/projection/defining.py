"""A definition taken in by the fold: sources, kinds, rules, segments, erasures."""

from typing import TYPE_CHECKING

import msgspec

from habitue.app.projection.forgetting import forgetting
from habitue.app.projection.source_history import SourceHistory
from habitue.app.projection.turning import turning
from habitue.identity import defining as kinds
from habitue.log.port import DefinitionText
from habitue.model import certificate, import_run
from habitue.model.certificate import Certificate, Status
from habitue.model.import_run import ImportRun
from habitue.model.kind import Kind
from habitue.model.record import Record
from habitue.model.score import ScoreRules
from habitue.model.source import Source
from habitue.privacy import requested
from habitue.profile.scores import defining as scores
from habitue.segment import definition as segments
from habitue.segment import subscription as subscriptions

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold

_decode = msgspec.json.decode


def take_in(fold: "Fold", text: DefinitionText, record: Record) -> None:
    """Let a fold go by a definition, which stands in the record under way."""
    match text.kind:
        case "source":
            _define_source(fold, _decode(text.body, type=Source), record)
        case certificate.ERASURE | import_run.IMPORT:
            _take_out(fold, text)
        case kinds.KIND:
            kind = _decode(text.body, type=Kind)
            fold.identity.add_kind(kinds.kind_of_state(kind))
        case scores.KIND:
            rules = _decode(text.body, type=ScoreRules)
            fold.profiles.rule(rules)
            fold.segments.rescored(rules, text.version, record)
        case requested.ANSWERED:
            fold.requests.end(int(text.name))
        case segments.SEGMENT:
            fold.segments.define(text, record)
        case subscriptions.SUBSCRIPTION:
            fold.segments.subscribe(text)


def _define_source(fold: "Fold", new: Source, record: Record) -> None:
    old = fold.source(new.name)
    fold.put_source(new)
    fold.profiles.ranked(old)
    if fold.profiles.is_changed(old):
        fold.weighing = fold.profiles.redefining(old)
    if fold.segments.on:
        fold.segments.redefined(old, record)


def _take_out(fold: "Fold", text: DefinitionText) -> None:
    if text.kind == import_run.IMPORT:
        fold.weighing = turning(fold, _decode(text.body, type=ImportRun))
        return
    told = _decode(text.body, type=Certificate)
    if told.status is Status.BEGUN:
        history = SourceHistory(fold.truth)
        fold.weighing = forgetting(fold, history, told.offsets, fold.now)
    else:
        fold.emptied(told.offsets)
