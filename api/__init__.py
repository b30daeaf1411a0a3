# SPDX-License-Identifier: Apache-2.0
"""HTTP in and out: the app, OGC features and tiles, pages, the command line."""
