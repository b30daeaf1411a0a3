# SPDX-License-Identifier: Apache-2.0
"""Files that others can open, written batch by batch."""
