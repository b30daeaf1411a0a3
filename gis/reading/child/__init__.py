# SPDX-License-Identifier: Apache-2.0
"""What runs in the child process alone: the walls around it and the readers of single formats."""
