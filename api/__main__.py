# SPDX-License-Identifier: Apache-2.0
"""`python -m api`: the command line."""

import sys

from api.command import main

sys.exit(main())
