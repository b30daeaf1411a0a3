# SPDX-License-Identifier: Apache-2.0
"""One module per command: HELP (ar, en), `arguments(parser)`, `run(options)`."""
