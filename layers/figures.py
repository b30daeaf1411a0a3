# SPDX-License-Identifier: Apache-2.0
"""The few figures that an investor looks at first, asked of what is published; and the zone as a small picture."""

from functools import cache

from psycopg import sql

from layers.declaration import Layer


def figures_statement() -> str:
    """One row, JSON: `land` (plots, plots_available, available_m2, largest_m2, largest_number), `rent` (least, most),
    `port` (berths, quay_m, depth_least, depth_most, how: quality codes of the depths, on: newest survey or source day),
    `projects` ([{status, count}] in the order of stages), `on`: the day of the newest change.
    """
    return """
    select json_build_object(
      'land', (select json_build_object('plots', coalesce(sum(plots), 0),
          'plots_available', coalesce(sum(plots) filter (where public_status = 'available'), 0),
          'available_m2', coalesce(sum(area_m2) filter (where public_status = 'available'), 0),
          'largest_m2', (select max(area_m2) from published.plots where public_status = 'available'),
          'largest_number', (select min(plot_number) from published.plots p where public_status = 'available'
            and area_m2 = (select max(area_m2) from published.plots where public_status = 'available')))
          from published.plot_sums),
      -- The least and the most along the index of charges, not by reading all plots.
      'rent', json_build_object(
          'least', (select rent from published.plots where public_status in ('available', 'planned') and rent is not null
                    order by rent limit 1),
          'most', (select rent from published.plots where public_status in ('available', 'planned') and rent is not null
                   order by rent desc limit 1)),
      'port', (select json_build_object('berths', count(*), 'berth_m', sum(length_m), 'depth_least', min(depth_m),
          'depth_most', max(depth_m), 'how', array_agg(distinct depth_quality) filter (where depth_m is not null),
          'quay_m', (select sum(length_m) from published.quays)) from published.berths),
      'projects', (select coalesce(json_agg(json_build_object('status', status, 'count', n) order by position), '[]')
          from (select p.status, count(*) as n, min(c.position) as position from published.projects p
                left join published.codes c on c.list = 'project_status' and c.code = p.status group by p.status) s),
      'on', (select (max(changed_at) at time zone (select time_zone from published.installation))::date
          from published.layer_versions))
    """


def picture_statement() -> str:
    """One row, JSON: `box` (left, top, width, height of the picture), and `shapes`, [{kind, status, path}] in drawing order.

    Shapes in Web Mercator, moved to the zone's corner and scaled to 1000 units; y grows downwards, as SVG has it.
    """
    # Of a picture of a few hundred pixels: what is more than five thousand plots shows its blocks, and what is more than
    # five thousand blocks its zones alone.
    return """
    with size as (select coalesce((select sum(plots) from published.plot_sums), 0) as plots,
        (select count(*) from published.blocks) as blocks),
    zone as (select ST_Expand(ST_Extent(geom_3857)::geometry, 260) as box from published.zones),
    scale as (select ST_XMin(box) as x, ST_YMin(box) as y, ST_XMax(box) - ST_XMin(box) as w, ST_YMax(box) - ST_YMin(box) as h,
        1000 / greatest(ST_XMax(box) - ST_XMin(box), ST_YMax(box) - ST_YMin(box)) as k, box from zone),
    placed as (
      select 'land' as kind, '' as status, ST_Intersection(ST_MakeValid(l.geom_3857), ST_SetSRID(s.box, 3857)) as shape
      from published.land l, scale s where l.geom_3857 && ST_SetSRID(s.box, 3857)
      union all select 'plots', p.public_status, p.geom_3857 from published.plots p where (select plots from size) <= 5000
      union all select 'plots', b.main_status, b.geom_3857 from published.blocks b
      where b.main_status is not null and (select plots > 5000 and blocks <= 5000 from size)
      union all select 'breakwaters', '', ST_Buffer(b.geom_3857, 8) from published.breakwaters b
      union all select 'zone', '', z.geom_3857 from published.zones z)
    select json_build_object(
      'box', (select json_build_array(0, round((-h * k)::numeric, 1), round((w * k)::numeric, 1), round((h * k)::numeric, 1))
              from scale),
      'shapes', (select json_agg(json_build_object('kind', kind, 'status', status, 'path', path)) from (
        select kind, status, string_agg(
          ST_AsSVG(ST_TransScale(shape, -s.x, -s.y, s.k, s.k), 1, 0), ' ') as path
        from placed, scale s where not ST_IsEmpty(shape) group by kind, status
        order by array_position(array['land', 'breakwaters', 'zone', 'plots'], kind), status) paths))
    """


@cache
def situation_statement(plots: Layer, reserves: Layer | None) -> str:
    """One row, JSON: a plot in the middle of what stands around it. Bind: key (tile id).

    `shapes`, [{kind, status, path}] in drawing order, the plot itself last as `chosen`; `labels`, [{number, x, y}] of the plots.
    Web Mercator, moved to the picture's corner and scaled to 600 units; y grows downwards, as SVG has it.
    """
    roads = (
        sql.SQL(
            "union all select 1, 'roads', '', ST_Intersection(road.geom_3857, scale.box), null from {} road, scale"
            " where road.geom_3857 && scale.box"
        ).format(sql.Identifier("published", reserves.published.name))
        if reserves is not None
        else sql.SQL("")
    )
    text = sql.SQL("""
    with chosen as (select tile_id, geom_3857 as shape from {plots} where tile_id = %(key)s),
    frame as (select ST_Centroid(ST_Envelope(shape)) as middle, shape,
        greatest(120, 1.1 * greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape))) as reach from chosen),
    scale as (select ST_Expand(middle, reach) as box, ST_X(middle) - reach as x, ST_Y(middle) + reach as y,
        300 / reach as k from frame),
    placed as (
      select 2 as place, 'plots' as kind, p.public_status as status, p.geom_3857 as shape, p.plot_number as number
      from {plots} p, scale where p.geom_3857 && scale.box and p.tile_id <> %(key)s
      {roads}
      union all select 3, 'chosen', p.public_status, p.geom_3857, p.plot_number from {plots} p where p.tile_id = %(key)s)
    select json_build_object(
      'shapes', (select json_agg(json_build_object('kind', kind, 'status', status, 'path', path) order by place, status) from (
        select place, kind, status, string_agg(ST_AsSVG(ST_TransScale(shape, -s.x, -s.y, s.k, s.k), 1, 1), ' ') as path
        from placed, scale s where not ST_IsEmpty(shape) group by place, kind, status) paths),
      'labels', (select json_agg(json_build_object('number', number, 'chosen', kind = 'chosen',
          'x', round(((ST_X(p) - s.x) * s.k)::numeric, 1), 'y', round(((s.y - ST_Y(p)) * s.k)::numeric, 1)) order by number)
        from (select number, kind, ST_PointOnSurface(ST_Intersection(shape, box)) as p from placed, scale
          where number is not null and ST_Area(ST_Intersection(shape, box)) * k * k > 3500) named, scale s
          where not ST_IsEmpty(p)))
    """).format(plots=sql.Identifier("published", plots.published.name), roads=roads)
    return text.as_string(None)
