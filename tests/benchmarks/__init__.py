# SPDX-License-Identifier: Apache-2.0
"""Figures, not laws: `./marsa test` does not run them. docs/benchmarks.md says how, and what came out."""
