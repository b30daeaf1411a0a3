# SPDX-License-Identifier: Apache-2.0
"""The invariants of every register, whatever its zone: land, rights, what is published, times, events."""

from collections.abc import Iterator

from psycopg import Connection, sql

from layers.base import Base, Feature, Row
from layers.catalogue import LAYERS
from layers.checks import Check, asking
from layers.declaration import Text
from layers.drawings import Drawn
from layers.events import broken_links
from layers.facilities import PortFeature
from layers.writing import written_falsely

Names = list[str]


def _all(connection: "Connection[tuple[object, ...]]", statements: Iterator[sql.Composed]) -> Names:
    return [str(row[0]) for statement in statements for row in connection.execute(statement)]


def _features(question: sql.SQL, *, drawings: bool = True) -> Iterator[sql.Composed]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Feature) and (drawings or not issubclass(mapper.class_, Drawn)):
            table = mapper.local_table.name  # type: ignore[attr-defined]
            yield question.format(name=sql.Literal(table), table=sql.Identifier("register", table))


def invalid_shapes(connection: "Connection[tuple[object, ...]]") -> Names:
    """Shapes that are none. Those of reference drawings may be: they are shown as they came."""
    question = sql.SQL(
        "select {name} || ' ' || id from {table} where not ST_IsValid(geom) or ST_IsEmpty(geom) "
        "or ST_SRID(geom) <> (select srid from register.installation)"
    )
    return _all(connection, _features(question, drawings=False))


def unlisted_facilities(connection: "Connection[tuple[object, ...]]") -> Names:
    """Parts of the port that the list of facilities lacks or has as another kind, and entries without a part."""
    kinds = [
        (mapper.local_table.name, mapper.class_.facility_type)  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, PortFeature)
    ]
    parts = sql.SQL(" union all ").join(
        sql.SQL("select id, {kind}::text as kind from {table}").format(
            kind=sql.Literal(kind), table=sql.Identifier("register", table)
        )
        for table, kind in kinds
    )
    question = sql.SQL(
        "select coalesce(parts.kind, listed.kind) || ' ' || coalesce(parts.id, listed.id) from ({parts}) parts "
        "full join register.facility listed on listed.id = parts.id where listed.kind is distinct from parts.kind"
    )
    return _all(connection, iter([question.format(parts=parts)]))


def off_grid(connection: "Connection[tuple[object, ...]]") -> Names:
    """Rows with an ordinate that is not the double nearest to a whole millimetre."""
    question = sql.SQL(
        "select {name} || ' ' || id from {table} "
        "where ST_AsEWKB(geom) <> ST_AsEWKB(ST_GeomFromText(ST_AsText(geom, 3), ST_SRID(geom)))"
    )
    return _all(connection, _features(question))


def orphans(connection: "Connection[tuple[object, ...]]") -> Names:
    """Rows that name a row which does not exist."""

    def statements() -> Iterator[sql.Composed]:
        for table in Base.metadata.tables.values():
            for key in table.foreign_keys:
                there = key.column.table
                yield sql.SQL(
                    "select {name} || ' ' || t.{column} from {table} t "
                    "left join {there} o on o.{key} = t.{column} where t.{column} is not null and o.{key} is null"
                ).format(
                    name=sql.Literal(f"{table.name}.{key.parent.name}"),
                    column=sql.Identifier(key.parent.name),
                    table=sql.Identifier(table.schema or "register", table.name),
                    there=sql.Identifier(there.schema or "register", there.name),
                    key=sql.Identifier(key.column.name),
                )

    return _all(connection, statements())


def code_orphans(connection: "Connection[tuple[object, ...]]") -> Names:
    """Values that are no code of their column's list."""

    def statements() -> Iterator[sql.Composed]:
        for table in Base.metadata.tables.values():
            if table.schema != "register":
                continue
            for column in table.columns:
                if "codelist" in column.info:
                    yield sql.SQL(
                        "select {name} || ' ' || given from {table} t, "
                        "jsonb_array_elements_text(case jsonb_typeof(to_jsonb(t.{column})) when 'array' "
                        "then to_jsonb(t.{column}) else jsonb_build_array(t.{column}) end) given "
                        "where given is not null and not exists ("
                        "select from register.code c where c.list = {list} and c.code = given)"
                    ).format(
                        name=sql.Literal(f"{table.name}.{column.name}"),
                        table=sql.Identifier("register", table.name),
                        column=sql.Identifier(column.name),
                        list=sql.Literal(str(column.info["codelist"])),
                    )

    return _all(connection, statements())


def history_gaps(connection: "Connection[tuple[object, ...]]") -> Names:
    """Rows whose versions do not follow one another: a version is missing, or does not begin where the last one ended."""

    def statements() -> Iterator[sql.Composed]:
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Row):
                name = mapper.local_table.name  # type: ignore[attr-defined]
                yield sql.SQL(
                    "select {name} || ' ' || t.id from {table} t left join lateral ("
                    "select h.version, upper(h.recorded) as until from register.history h "
                    "where h.table_name = {name} and h.row_id = t.id and h.ended_by = 'UPDATE' order by h.version desc limit 1"
                    ") last on true where t.version <> coalesce(last.version, 0) + 1 "
                    "or t.recorded_from < coalesce(last.until, t.recorded_from)"
                ).format(name=sql.Literal(name), table=sql.Identifier("register", name))

    return _all(connection, statements())


LAND = (
    Check(
        "plots-overlap",
        Text(ar="قطع متداخلة", en="Plots that overlap"),
        asking("""
            select a.plot_number || ' × ' || b.plot_number from register.plot a
            join register.plot b on b.id > a.id and b.geom && a.geom and b.valid && a.valid
              and ST_Relate(a.geom, b.geom, '2********')
            order by 1"""),
    ),
    Check(
        "plots-outside-block",
        Text(ar="قطع خارج بلوكها", en="Plots outside their block"),
        asking("""
            select p.plot_number from register.plot p join register.block b on b.id = p.block_id
            where p.valid @> now() and register.leaves(p.geom, b.geom) order by 1"""),
    ),
    Check(
        "blocks-outside-zone",
        Text(ar="بلوكات خارج منطقتها", en="Blocks outside their zone"),
        asking("""
            select b.code from register.block b join register.zone z on z.id = b.zone_id
            where b.valid @> now() and register.leaves(b.geom, z.geom) order by 1"""),
    ),
    Check(
        "blocks-overlap",
        Text(ar="بلوكات متداخلة", en="Blocks of a zone that overlap"),
        asking("""
            select a.code || ' × ' || b.code from register.block a
            join register.block b on b.id > a.id and b.zone_id = a.zone_id and b.geom && a.geom and b.valid && a.valid
              and ST_Relate(a.geom, b.geom, '2********')
            order by 1"""),
    ),
    Check(
        "complete-blocks-with-holes",
        Text(ar="بلوكات مكتملة فيها فراغ", en="Complete blocks with a hole"),
        asking("""
            select b.code from register.block b join register.plot p on p.block_id = b.id and p.valid @> now()
            where b.complete group by b.id
            having abs(ST_Area(b.geom) - sum(p.computed_area_m2)) > 0.001 * ST_Perimeter(b.geom) order by 1"""),
    ),
    Check("invalid-shapes", Text(ar="أشكال غير صالحة", en="Invalid shapes"), invalid_shapes),
    Check("off-grid", Text(ar="إحداثيات خارج شبكة المليمتر", en="Ordinates off the millimetre grid"), off_grid),
    Check(
        "area-mismatch",
        Text(ar="مساحة القرار لا تطابق الشكل", en="Legal area and shape that disagree by more than 1 %"),
        asking("""
            select plot_number from register.plot
            where abs(legal_area_m2::float8 - ST_Area(geom)) > 0.01 * legal_area_m2::float8 order by 1"""),
    ),
    Check(
        "numbers-given-once",
        Text(ar="أرقام قطع أُعطيت لقطعتين", en="Plot numbers that belong to another plot, or to none on record"),
        asking("""
            select p.plot_number from register.plot p left join register.plot_number_given g using (plot_number)
            where g.plot_id is distinct from p.id or g.ended_at is not null order by 1"""),
    ),
    Check(
        "below-plan-rules",
        Text(ar="قطع تخالف اشتراطات المخطط", en="Plots against the rules of their plan unit"),
        asking("""
            select p.plot_number from register.plot p
            join register.plan_unit u on u.geom && p.geom and u.valid @> now()
              and ST_Contains(u.geom, ST_PointOnSurface(p.geom))
            where p.valid @> now() and (p.computed_area_m2 < u.min_area_m2 or p.computed_area_m2 > u.max_area_m2
              or p.frontage_m < u.min_frontage_m)
            order by 1"""),
    ),
    Check(
        "land-not-kept",
        Text(ar="تقسيم أو دمج لا يحفظ الأرض", en="Splits and merges that do not keep the land"),
        asking("""
            select c.kind || ' ' || c.id from register.plot_change c
            cross join lateral (
              select ST_Union(p.geom) filter (where x.role = 'parent') as before,
                ST_Union(p.geom) filter (where x.role = 'child') as after,
                sum(case x.role when 'child' then 1 else -1 end * ST_Area(p.geom)) as gained_m2
              from register.plot_change_part x join register.plot p on p.id = x.plot_id where x.change_id = c.id) land
            where c.kind in ('split', 'merge') and not coalesce(
              abs(land.gained_m2) <= 0.01 and ST_Area(ST_SymDifference(land.before, land.after)) <= 0.01, false)"""),
    ),
)

RIGHTS = (
    Check(
        "rights-overlap",
        Text(ar="حقوق متداخلة في الزمن", en="Rights on one target at one time"),
        asking("""
            select a.id || ' × ' || b.id from register.tenure_slot a
            join register.tenure_slot b on b.id > a.id and b.target_id = a.target_id and b.valid && a.valid"""),
    ),
    Check(
        "rights-outlive-plots",
        Text(ar="حقوق تجاوزت عمر قطعتها", en="Rights that outlive their plot"),
        asking("""
            select p.plot_number from register.plot p join register.tenure_slot t on t.plot_id = p.id
            where not upper_inf(p.valid) and register.binds(t.valid, upper(p.valid)) order by 1"""),
    ),
    Check(
        "rights-left-behind",
        Text(ar="حقوق لم تنتقل إلى قطعة ناتجة", en="Rights that ended with their plot and went to no child"),
        asking("""
            select p.plot_number from register.plot p
            join register.tenure_slot t on t.plot_id = p.id and upper(t.valid) = upper(p.valid)
            where not exists (select from register.plot_change_right h where h.from_id = t.id) order by 1"""),
    ),
)

REFERENCES = (
    Check("orphans", Text(ar="صفوف تشير إلى ما لا وجود له", en="Rows that name a row which does not exist"), orphans),
    Check("code-orphans", Text(ar="رموز ليست في قوائمها", en="Codes that are in no list"), code_orphans),
    Check(
        "facilities-unlisted",
        Text(ar="مرافق ميناء ليست في قائمتها", en="Port facilities that are not in their list"),
        unlisted_facilities,
    ),
    Check(
        "links-off-their-nodes",
        Text(ar="خطوط شبكة لا تنتهي عند نقاطها", en="Network links that do not end at their nodes"),
        asking("""
            select l.utility || ' ' || l.code from register.network_link l
            join register.network_node a on a.id = l.start_node_id join register.network_node b on b.id = l.end_node_id
            where a.utility <> l.utility or b.utility <> l.utility
              or ST_Distance(ST_StartPoint(l.geom), a.geom) > 0.0005 or ST_Distance(ST_EndPoint(l.geom), b.geom) > 0.0005
            order by 1"""),
    ),
)

PUBLISHED = (
    Check(
        "status-not-derived",
        Text(ar="حالة معلنة غير المشتقة من الحقوق", en="Published status that is not the derived one"),
        asking("""
            select k.plot_number from published.plots k
            where k.public_status is distinct from register.public_status(k.id, now()) order by 1"""),
    ),
    Check(
        "plots-not-as-derived",
        Text(ar="قطع منشورة لا تطابق السجل", en="Published plots that are not as the register has them"),
        asking("""
            select coalesce(d.plot_number, k.plot_number) from register.derived_plots d
            full join published.plots k on k.id = d.id
            where d.id is null or k.id is null
              or to_jsonb(d) - 'geom' - 'geom_3857' - 'geom_4326'
                is distinct from to_jsonb(k) - 'geom' - 'geom_3857' - 'geom_4326' - 'label_3857' - 'version' - 'updated_on'
              or ST_AsEWKB(d.geom) <> ST_AsEWKB(k.geom) or ST_AsEWKB(d.geom_3857) <> ST_AsEWKB(k.geom_3857)
              or ST_AsEWKB(d.geom_4326) <> ST_AsEWKB(k.geom_4326)
            order by 1"""),
    ),
    Check(
        "blocks-not-as-derived",
        Text(ar="بلوكات منشورة لا تطابق السجل", en="Published blocks that are not as the register has them"),
        asking("""
            select coalesce(d.code, k.code) from register.derived_blocks d full join published.blocks k on k.id = d.id
            where d.id is null or k.id is null
              or (d.code, d.zone_code, d.phase, d.land_use, d.plots, d.plots_available, d.main_status, d.illustrative)
                is distinct from
                (k.code, k.zone_code, k.phase, k.land_use, k.plots, k.plots_available, k.main_status, k.illustrative)
              or abs(d.available_m2 - k.available_m2) > 0.001  -- sums of floats in another order
              or ST_AsEWKB(d.geom) <> ST_AsEWKB(k.geom)
            order by 1"""),
    ),
    Check(
        "plots-not-as-summed",
        Text(ar="أعداد قطع محفوظة لا تطابق القطع", en="Kept numbers of plots that are not those of the plots"),
        asking("""
            select public_status || ' ' || land_use
            from (select public_status, land_use, water, sewer, power, telecom, illustrative, count(*) as plots,
                    sum(area_m2::numeric) as area_m2 from published.plots group by 1, 2, 3, 4, 5, 6, 7) k
            full join (select public_status, land_use, water, sewer, power, telecom, illustrative, sum(plots) as plots,
                    sum(area_m2) as area_m2 from published.plot_sums group by 1, 2, 3, 4, 5, 6, 7
                    having sum(plots) <> 0 or sum(area_m2) <> 0) s
              using (public_status, land_use, water, sewer, power, telecom, illustrative)
            where (k.plots, k.area_m2) is distinct from (s.plots, s.area_m2) order by 1"""),
    ),
    Check(
        "features-not-as-written",
        Text(ar="معالم مكتوبة لا تطابق المنشور", en="Features written out that are not as published"),
        lambda connection: written_falsely(connection, LAYERS),
    ),
    Check(
        "public-reads-register",
        Text(ar="جداول خاصة مفتوحة للعموم", en="Private tables that the public can read"),
        asking("""
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'register' and c.relkind in ('r', 'v')
              and has_any_column_privilege('marsa_public', c.oid, 'select, insert, update')"""),
    ),
)

TIMES = (
    Check(
        "history-overlaps",
        Text(ar="فترات تسجيل متداخلة", en="Recorded periods of a row that overlap"),
        asking("""
            select a.table_name || ' ' || a.row_id from register.history a
            join register.history b on b.table_name = a.table_name and b.row_id = a.row_id and b.id > a.id
              and b.recorded && a.recorded"""),
    ),
    Check("history-gaps", Text(ar="إصدارات ناقصة من التاريخ", en="Versions that history lacks"), history_gaps),
    Check(
        "moments-forgotten",
        Text(
            ar="بدايات أو نهايات قادمة لا يعرفها التوقيت", en="Beginnings and ends to come that the clock does not know"
        ),
        asking("""
            select c.table_name || ' ' || c.row_id || ' ' || c.at from register.coming_moments() c
            where not exists (select from register.moment m
              where (m.at, m.table_name, m.row_id) = (c.at, c.table_name, c.row_id)) order by 1"""),
    ),
    Check(
        "unsettled",
        Text(ar="تعديلات لم تُراجع عند الحفظ", en="Edits that were never judged or told"),
        asking("""
            select 'touched ' || id from register.touched union all select 'change ' || id from register.change
            union all select 'moved_plot ' || plot_id from register.moved_plot
            union all select 'event_draft ' || seq from register.event_draft"""),
    ),
    Check(
        "guards-asleep",
        Text(ar="قواعد معطلة في قاعدة البيانات", en="Rules of the database that are switched off"),
        asking("""
            select t.tgrelid::regclass || ' ' || t.tgname from pg_trigger t
            join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('register', 'published') and t.tgenabled in ('D', 'R')
            union all
            select expected from unnest(array['settle', 'tell_change', 'chain_events']) expected
            where not exists (select from pg_trigger t where t.tgname = expected and not t.tgisinternal)
            union all
            select 'one_right_at_a_time'
            where not exists (select from pg_constraint c where c.conname = 'one_right_at_a_time' and c.convalidated)"""),
    ),
)

EVENTS = (
    Check(
        "chain-broken",
        Text(ar="انقطاع في سلسلة الوقائع القانونية", en="Breaks in the chain of legal events"),
        lambda connection: list(broken_links(connection)),
    ),
)

INVARIANTS: tuple[Check, ...] = (*LAND, *RIGHTS, *REFERENCES, *PUBLISHED, *TIMES, *EVENTS)
