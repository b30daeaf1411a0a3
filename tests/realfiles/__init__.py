# SPDX-License-Identifier: Apache-2.0
"""Files that other people made, lying beside the repository in ../shared/data."""
