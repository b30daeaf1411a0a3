# SPDX-License-Identifier: Apache-2.0
"""Structured logs: one JSON object a line, safe whatever a reader sends."""

import logging
import sys

import structlog


def configure_logs(*, quiet: bool = False) -> None:
    """Log lines go to standard error as JSON. `quiet`: warnings and worse only."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),  # no escape sequence reaches a terminal
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
