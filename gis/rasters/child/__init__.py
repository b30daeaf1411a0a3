# SPDX-License-Identifier: Apache-2.0
"""What runs in child processes alone: reading an operator's GeoTIFF, writing our copy of it, tiles, statistics."""
