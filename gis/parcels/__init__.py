# SPDX-License-Identifier: Apache-2.0
"""What planners do to plots, as pure functions: grid metres in, grid metres out, on the 1 mm grid and noded with the neighbours."""
