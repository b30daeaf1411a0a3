# SPDX-License-Identifier: Apache-2.0
"""`marsa check` for the demonstration: the statements of `evidence`, proved from the database.

A register without the demonstration has nothing to prove here, nor has a real zone that bears its code.
"""

from collections.abc import Callable
from typing import Any, LiteralString

import shapely
from psycopg import Connection

from layers.checks import Check
from layers.declaration import Text
from layers.sirte import evidence as believable
from layers.sirte.evidence import Area, Evidence, Piece
from layers.sirte.plan import ZONE_CODE
from layers.sirte.rows import LinkRow, NodeRow

Rows = list[tuple[Any, ...]]
Question = Callable[[Evidence], list[str]]


class Reader:
    """Reads the evidence once for all questions, and anew when anything was written in between."""

    def __init__(self) -> None:
        self._read_at: object = None
        self._evidence: Evidence | None = None

    def evidence(self, connection: "Connection[tuple[object, ...]]") -> Evidence | None:
        # Any write moves the log on, its own transaction's too.
        where = connection.execute(
            "select oid, pg_current_wal_insert_lsn()::text from pg_database where datname = current_database()"
        ).fetchone()
        if where != self._read_at:
            self._evidence = evidence_from(connection)
            self._read_at = where
        return self._evidence


def evidence_from(connection: "Connection[tuple[object, ...]]") -> Evidence | None:
    """The zone as the register holds it now; None where there is none."""

    def rows(statement: LiteralString) -> Rows:
        return connection.execute(statement, {"zone": ZONE_CODE}).fetchall()

    def shapes(statement: LiteralString) -> Rows:
        """Rows whose last column is a geometry."""
        return [(*said, shapely.from_wkb(geom)) for *said, geom in rows(statement)]

    zones = shapes(
        "select ST_AsBinary(geom) from register.zone where code = %(zone)s and illustrative and valid @> now()"
    )
    if not zones:
        return None
    zone = zones[0][0]
    blocks = [Area(*row) for row in shapes(_BLOCKS)]
    phases = _phase_of_parts(zone, blocks)
    reserves = [_area(name, geom, phases) for name, geom in shapes(_RESERVES)]
    waters = [_area(name, geom, phases) for name, geom in shapes(_BASINS)]
    seas = [row[0] for row in shapes("select ST_AsBinary(geom) from register.sea")]
    roads = [row[0] for row in shapes("select ST_AsBinary(geom) from register.main_road")]
    return Evidence(
        zone=zone,
        sea=shapely.union_all(seas),
        coast_road=min(roads, key=zone.distance) if roads else shapely.LineString(),
        blocks=blocks,
        reserves=[reserve for reserve in reserves if reserve.phase],
        outer_reserves=[reserve for reserve in reserves if not reserve.phase],
        waters=[water for water in waters if water.phase],
        plots=[Piece(number, block, status, geom, drawn) for number, block, status, drawn, geom in shapes(_PLOTS)],
        quays=dict(shapes(_QUAYS)),
        berths={code: (geom, depth) for code, depth, geom in shapes(_BERTHS)},
        fences=[row[0] for row in shapes(_FENCES)],
        gates=dict(shapes(_GATES)),
        stores=dict(shapes(_STORES)),
        nodes=[NodeRow(code, utility, kind, status, geom) for code, utility, kind, status, geom in shapes(_NODES)],
        links=[_link(*row) for row in shapes(_LINKS)],
        sectors=frozenset(row[0] for row in rows("select distinct unnest(sectors) from register.project")),
        every_sector=frozenset(
            row[0]
            for row in rows(
                "select code from register.code where list = 'project_sector' and code <> 'UNK' and valid @> now()"
            )
        ),
    )


_BLOCKS: LiteralString = """
    select b.code, b.phase, ST_AsBinary(b.geom) from register.block b join register.zone z on z.id = b.zone_id
    where z.code = %(zone)s and b.valid @> now() order by b.code"""
_RESERVES: LiteralString = """
    select r.code, ST_AsBinary(r.geom) from register.road_reserve r join register.zone z on z.id = r.zone_id
    where z.code = %(zone)s and r.valid @> now() order by r.code"""
_BASINS: LiteralString = "select code, ST_AsBinary(geom) from register.basin where valid @> now() order by code"
_PLOTS: LiteralString = """
    select p.plot_number, b.code, k.public_status, p.illustrative, ST_AsBinary(p.geom) from register.plot p
    join register.block b on b.id = p.block_id join register.zone z on z.id = b.zone_id
    join published.plots k on k.id = p.id
    where z.code = %(zone)s and p.valid @> now() order by p.plot_number"""
# Of the port and the networks only what the demonstration brought: another zone's are none of its statements.
_QUAYS: LiteralString = """
    select q.code, ST_AsBinary(q.geom) from register.quay q join register.source s on s.id = q.source_id
    where s.attribution like '%%OpenStreetMap%%' and q.valid @> now() order by q.code"""
_FENCES: LiteralString = "select ST_AsBinary(geom) from register.customs_fence where illustrative and valid @> now()"
_BERTHS: LiteralString = """
    select code, depth_m, ST_AsBinary(geom) from register.berth where illustrative and valid @> now() order by code"""
_GATES: LiteralString = """
    select code, ST_AsBinary(geom) from register.gate where kind = 'customs' and illustrative and valid @> now() order by code"""
_STORES: LiteralString = """
    select code, ST_AsBinary(geom) from register.yard where illustrative and valid @> now()
    union all select code, ST_AsBinary(geom) from register.warehouse where illustrative and valid @> now()
    union all select code, ST_AsBinary(geom) from register.silo where illustrative and valid @> now() order by 1"""
_NODES: LiteralString = """
    select code, utility, kind, status, ST_AsBinary(geom) from register.network_node where illustrative
    order by utility, code"""
_LINKS: LiteralString = """
    select l.code, l.utility, s.code, e.code, l.kind, l.status, ST_AsBinary(l.geom) from register.network_link l
    join register.network_node s on s.id = l.start_node_id join register.network_node e on e.id = l.end_node_id
    where l.illustrative order by l.utility, l.code"""


def _phase_of_parts(zone: Any, blocks: list[Area]) -> list[tuple[Any, int]]:
    """The parts of the zone, each with the earliest phase of its blocks."""
    parts = []
    for part in shapely.get_parts(zone).tolist():
        shapely.prepare(part)
        inside = [block.phase for block in blocks if part.covers(block.geom.point_on_surface())]
        parts.append((part, min(inside, default=1)))
    return parts


def _link(code: str, utility: str, start: str, end: str, kind: str, status: str, geom: Any) -> LinkRow:
    return LinkRow(code, utility, start, end, kind, status, None, 0, geom)


def _area(name: str, geom: Any, parts: list[tuple[Any, int]]) -> Area:
    """Phase 0 is outside the zone."""
    middle = geom.point_on_surface()
    return Area(name, next((phase for part, phase in parts if part.covers(middle)), 0), geom)


_QUESTIONS: tuple[tuple[str, str, str, Question], ...] = (
    ("sirte-coverage", "بلوكات وحرم طرق وأحواض لا تتلاءم حدودها", "Blocks, reserves and basins with borders that do not fit",
     believable.broken_borders),
    ("sirte-plot-borders", "قطع لا تتلاءم حدودها", "Plots with borders that do not fit", believable.broken_plot_borders),
    ("sirte-tiling", "فرق يزيد على متر مربع بين المنطقة ومجموع أجزائها",
     "The zone and its parts differ by more than 1 m²", believable.untiled),
    ("sirte-blocks-filled", "بلوكات لا تملؤها قطعها", "Blocks that their plots do not fill", believable.unfilled_blocks),
    ("sirte-phase-1-area", "المرحلة الأولى ليست نحو 214 هكتاراً", "Phase 1 is not of about 214 ha",
     believable.odd_phase_1_area),
    ("sirte-frontage", "قطع بواجهة أقل من 12 متراً على طريق", "Plots with less than 12 m of frontage on a reserve",
     believable.plots_without_frontage),
    ("sirte-sea", "قطع في البحر", "Plots in the sea", believable.plots_in_the_sea),
    ("sirte-axis", "بلوكات المرحلة الأولى المائلة أكثر من 3° عن الطريق الساحلي",
     "Blocks of phase 1 more than 3° off the coast road", believable.blocks_off_the_coast_road),
    ("sirte-quays", "أرصفة أبعد من 5 أمتار عن الخط الحقيقي", "Quays more than 5 m off the real outline",
     believable.quays_off_the_outline),
    ("sirte-berths", "مرابط خارج رصيفها أو بعمق غير معلن", "Berths off their quay or of a depth that nobody reported",
     believable.berths_off_their_quay),
    ("sirte-network-source", "نقاط شبكات لا يصلها مصدرها", "Network nodes that their source does not reach",
     believable.unreached_nodes),
    ("sirte-network-ends", "وصلات لا تنتهي عند نقاطها", "Links that do not end at their nodes", believable.loose_links),
    ("sirte-network-reserves", "شبكات أقل من 95 % منها في حرم الطرق", "Networks with less than 95 % in road reserves",
     believable.networks_outside_reserves),
    ("sirte-services", "قطع متاحة بلا نقطة خدمة في حدود 15 متراً",
     "Available plots without a service node within 15 m", believable.unserved_available_plots),
    ("sirte-plot-count", "أقل من 600 قطعة", "Fewer than 600 plots", believable.too_few_plots),
    ("sirte-plot-areas", "قطع خارج المدى من 1500 م² إلى 8 هكتارات", "Plots outside 1,500 m² to 8 ha",
     believable.plots_of_odd_area),
    ("sirte-plot-span", "لا قطعة قرب 1500 م² أو لا قطعة قرب 8 هكتارات", "No plot near 1,500 m², or none near 8 ha",
     believable.narrow_span),
    ("sirte-plot-variety", "مساحات مكررة في أكثر من خمس القطع", "Areas that more than a fifth of the plots have",
     believable.areas_too_often),
    ("sirte-statuses", "حالات معلنة لا قطعة فيها", "Public statuses that no plot has", believable.missing_statuses),
    ("sirte-stores", "ساحات أو مستودعات أو صوامع على قطع لا يبني فيها أحد ولا يشغّلها",
     "Yards, warehouses or silos on plots where nobody builds or operates", believable.stores_on_unbuilt_plots),
    ("sirte-sectors", "قطاعات بلا مشروع", "Sectors without a project", believable.missing_sectors),
    ("sirte-gates", "بوابات خارج السور، أو أقل من ثلاث", "Gates off the fence, or fewer than three",
     believable.gates_off_the_fence),
)  # fmt: skip


def _offenders(reader: Reader, question: Question) -> Callable[["Connection[tuple[object, ...]]"], list[str]]:
    def offenders(connection: "Connection[tuple[object, ...]]") -> list[str]:
        evidence = reader.evidence(connection)
        return question(evidence) if evidence else []

    return offenders


def sirte_checks() -> tuple[Check, ...]:
    """One check a statement, sharing one reading of the register."""
    reader = Reader()
    return tuple(Check(name, Text(ar=ar, en=en), _offenders(reader, question)) for name, ar, en, question in _QUESTIONS)
