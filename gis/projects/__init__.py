# SPDX-License-Identifier: Apache-2.0
"""Development projects as publishers write them: OC4IDS packages, World Bank records, IATI activities.

Each is read into `Found`, in the words of our own codelists; what has no home there stays in its document, which is kept whole.
"""
