# SPDX-License-Identifier: Apache-2.0
"""What we hold: the catalogue, tables, questions, rules, import, export, the embedded PostGIS."""
