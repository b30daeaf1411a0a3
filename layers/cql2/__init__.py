# SPDX-License-Identifier: Apache-2.0
"""Filters of readers in CQL2 (OGC 21-065), as text or JSON: read within limits, walked by a list of what is allowed, bound."""

from layers.cql2.conditions import Filter, filter_of
from layers.cql2.reading import Language, NotCql2, tree_of

__all__ = ["Filter", "Language", "NotCql2", "filter_of", "tree_of"]
