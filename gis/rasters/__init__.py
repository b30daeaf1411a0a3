# SPDX-License-Identifier: Apache-2.0
"""Rasters: checked and read by child processes, drawn as tiles, measured under plots.

Only modules under `gis.rasters.child` import rasterio and exactextract; an import contract holds that.
"""
