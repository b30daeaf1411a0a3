# SPDX-License-Identifier: Apache-2.0
"""Steps from one shape of the database to the next, in order."""
