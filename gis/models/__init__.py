# SPDX-License-Identifier: Apache-2.0
"""Models of networks as their programs write them: EPANET and SWMM input files, pandapower networks.

`inp` and `powerjson` take a file apart without loss and put it together again; `epanet`, `swmm` and `power` read nodes and
links out of it; `connected` finds what hangs together and what does not.
"""
