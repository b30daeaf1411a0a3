# SPDX-License-Identifier: Apache-2.0
"""Import: a file that was read becomes a drawing beside the register, rows of a layer, or a new zone.

`staging` prepares without a database; `acting` tries it in a transaction and commits all or nothing, as one event that can be undone.
"""
