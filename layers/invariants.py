# SPDX-License-Identifier: Apache-2.0
"""The invariants of every register, whatever its zone: land, rights, what is published, times, events."""

from layers.checks import Check, asking
from layers.declaration import Text

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
)

INVARIANTS: tuple[Check, ...] = (*LAND,)
