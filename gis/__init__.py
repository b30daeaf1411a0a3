# SPDX-License-Identifier: Apache-2.0
"""Pure functions on geometry and files: no database, no clock, no settings."""
