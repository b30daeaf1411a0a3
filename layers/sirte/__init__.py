# SPDX-License-Identifier: Apache-2.0
"""The Sirte Free Zone: real coast, harbour and reported facts, with an illustrative plan drawn to fit them."""
