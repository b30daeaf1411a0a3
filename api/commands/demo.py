# SPDX-License-Identifier: Apache-2.0
"""`./marsa demo`: the Sirte Free Zone in the register, for everybody to see how Marsa works."""

import argparse

from api.installation import open_register, say
from layers import database
from layers.sirte import load as sirte

HELP = ("يحمّل المنطقة الحرة سرت عرضاً توضيحياً", "load the Sirte Free Zone as a demonstration")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    with open_register(options) as (addresses, kept):
        written = load(addresses.admin, kept.srid)
    if written:
        say(f"حُمّلت سرت: {written['plot']} قطعة", f"Sirte is loaded: {written['plot']} plots")
    else:
        say("سرت محمّلة من قبل", "Sirte was loaded before")
    return 0


def load(address: str, srid: int) -> dict[str, int]:
    """Rows written by table; none where Sirte stands already."""
    engine = database.engine_for(address, srid=srid, pool_size=1)
    try:
        return sirte.load(engine)
    finally:
        engine.dispose()
