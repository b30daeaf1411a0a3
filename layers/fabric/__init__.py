# SPDX-License-Identifier: Apache-2.0
"""Commands on the fabric of plots: draw, split, merge, adjust, resurvey, renumber, retire, correct, undo.

Each takes an open transaction of an actor's (`layers.actors.as_actor`) and does one act whole: rules, lineage, event, published rows.
The shapes come from `gis.parcels`, the last word is the database's.
"""
