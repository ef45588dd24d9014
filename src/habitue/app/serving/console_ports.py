"""What the console stands on: the desks of the process that leads."""

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitue.app.desks.audit_desk import AuditDesk
from habitue.app.desks.hook_mapping_desk import HookMappingDesk
from habitue.app.desks.judging_desk import JudgingDesk
from habitue.app.desks.note_desk import NoteDesk
from habitue.app.desks.operator_desk import OperatorDesk
from habitue.app.desks.page_desk import PageDesk
from habitue.app.desks.quarantine_desk import QuarantineDesk
from habitue.app.desks.settings_desk import SettingsDesk
from habitue.app.desks.shop_desk import ShopDesk
from habitue.app.desks.source_desk import SourceDesk
from habitue.app.insights.desk import InsightDesk
from habitue.app.insights.geo_pages import GeoPages
from habitue.app.insights.intent_desk import IntentDesk
from habitue.app.insights.kpi_pages import KpiPages
from habitue.app.operation.backup_age import newest_us
from habitue.app.segments.pages import SegmentPages
from habitue.app.serving.shared import SharedDesks
from habitue.base.clock import HOUR_US
from habitue.console.port import Ports
from habitue.console.worked import Worked

if TYPE_CHECKING:
    from habitue.app.serving.leader import Leader

View = dict[str, Any]
MIB = 1024 * 1024
# From here on something is worth a look, or wrong.
LAG_LOOK, LAG_WRONG = 1_000, 20_000
CANARY_WRONG_S = 60
BACKUP_LOOK_H, BACKUP_WRONG_H = 26, 192


def console_ports(
    leader: "Leader", page: PageDesk, sources: SourceDesk, shared: SharedDesks
) -> Ports:
    """Fill the console's ports from the leader's desks."""
    engine = leader.engine
    worked = Worked(page.applied, page.defined, engine.clock)
    page.forgot = worked.forget
    return Ports(
        reading=page,
        judging=JudgingDesk(leader.people, leader.fold, engine.writing, engine.truth),
        notes=NoteDesk(leader.people, engine.writing),
        sources=sources,
        quarantine=QuarantineDesk(
            engine.truth,
            engine.writing,
            engine.sources,
            lambda: engine.doors.rules,
            engine.suppressions.holds,
        ),
        segments=SegmentPages(shared, leader),
        views=shared.views,
        channels=shared.channels,
        imports=shared.imports,
        wizard=leader.wizard,
        mapping=HookMappingDesk(
            shared.webhooks, engine.sources, lambda: engine.doors.rules
        ),
        plans=shared.plans,
        seen=shared.seen,
        reveals=shared.reveals,
        insights=InsightPages(leader.insights, leader.intents),
        kpis=KpiPages(leader.kpis),
        today=leader.today,
        digests=leader.digests,
        geo=GeoPages(leader.geo),
        geo_kept=leader.insights.geo_kept,
        scores=shared.scores,
        privacy=leader.privacy,
        requests=leader.requests,
        retention=leader.retention,
        scrubbing=leader.scrubbing,
        duplicates=leader.duplicates,
        operators=OperatorDesk(engine.operators, engine.sources),
        team=engine.operators,
        sight=leader.sight,
        searches=engine.searches,
        audit=engine.audit,
        audit_log=AuditDesk(leader),
        baits=shared.baits,
        installation=InstallationDesk(leader, shared.shop),
        worked=worked,
    )


class InsightPages:
    """Gathers what the console asks of journeys."""

    def __init__(self, desk: InsightDesk, intents: IntentDesk) -> None:
        self.journeys = desk.journeys
        self.ropo = desk.ropo
        self.attribution = desk.attribution
        self.influence = desk.influence
        self.experiment = desk.experiment
        self.experiments = desk.experiments
        self.plan = desk.plan
        self.rows_shown = desk.rows_shown
        self.intent = intents.intent
        self.handovers = intents.handovers
        self.waited_for = intents.waited_for


class InstallationDesk:
    """Says how all is set, and how it is doing."""

    def __init__(self, leader: "Leader", shop: ShopDesk) -> None:
        self._leader = leader
        self._settings = SettingsDesk(leader)
        self.shop, self.change_shop = shop.show, shop.change

    def settings(self) -> list[View]:
        return self._settings.list()

    async def health(self) -> list[View]:
        """Give what the service knows of itself, and the state of backups."""
        leader = self._leader
        ready = await leader.operations.ready()
        lag, faults = ready["lag_records"], ready["faults"]
        canary_s = round(ready["canary_age_s"])
        read = len(leader.engine.baits.recent())
        found = [
            _finding("applied", leader.fold.offset, "good"),
            _finding("lag", lag, _grade(lag, LAG_LOOK, LAG_WRONG)),
            _finding("faults", faults, "wrong" if faults else "good"),
            _finding("canary", canary_s, _grade(canary_s, 45, CANARY_WRONG_S)),
            _finding("baits", read, "wrong" if read else "good"),
            _finding("started", leader.snapshots, "good"),
        ]
        return found + await asyncio.to_thread(self._outside)

    def _outside(self) -> list[View]:
        """Look at the disk and the backups; in a thread, since a disk may be slow."""
        engine = self._leader.engine
        told = engine.settings
        free_mb = shutil.disk_usage(told.data.folder).free // MIB
        reserve_mb = told.data.reserve_mb
        found = [_finding("disk", free_mb, "good" if free_mb > reserve_mb else "wrong")]
        if told.console.backups:
            made_us = newest_us(Path(told.console.backups))
            if made_us is None:
                return [*found, _finding("backup", "–", "wrong")]
            hours = max(0, engine.clock.now_us() - made_us) // HOUR_US
            grade = _grade(hours, BACKUP_LOOK_H, BACKUP_WRONG_H)
            found.append(_finding("backup", hours, grade))
        return found


def _grade(value: float, look: float, wrong: float) -> str:
    if value >= wrong:
        return "wrong"
    return "look" if value >= look else "good"


def _finding(what: str, value: int | str, grade: str) -> View:
    return {"what": what, "value": value, "grade": grade}
