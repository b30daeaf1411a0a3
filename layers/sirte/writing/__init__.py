# SPDX-License-Identifier: Apache-2.0
"""How each part of the demonstration becomes rows of the register."""
