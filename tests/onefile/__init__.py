# SPDX-License-Identifier: Apache-2.0
"""What somebody writes who adds a layer: copied into a tree of its own by tests/test_one_file.py."""
