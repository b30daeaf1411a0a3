# SPDX-License-Identifier: Apache-2.0
"""docs/rights.md, written from the tables in code: `python -m layers.rights.rendering`."""

from collections.abc import Iterator
from pathlib import Path

from layers.codelists_rights import RIGHTS
from layers.rights.blocks import BLOCKS, DUTIES
from layers.rights.machine import HOLDS, PAIRS, STEPS, Machine, Step

DOC = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
HEAD = """# Rights on land: states, steps, and what blocks them

Written by `python -m layers.rights.rendering` from `layers/rights/machine.py` and `layers/rights/blocks.py`; a test compares.
The database knows the same table (`register.rights_step`) and refuses every other change of state, whoever writes.
"""


def rendered() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for machine, title in (("application", "A file"), ("lease", "A lease")):
        yield f"## {title}\n"
        yield from _drawn(machine)  # type: ignore[arg-type]
        yield from _states(f"{machine}_state")
        yield from _steps(machine)  # type: ignore[arg-type]
    yield "## Four eyes\n"
    yield "Of each pair, one person does not do both on one file:\n"
    for one, other in PAIRS:
        yield f"- {one} and {other}"
    yield "\n## What stands on the plot\n"
    for state, kind in HOLDS.items():
        yield f"- {state}: {kind}"
    yield "- CON, HND: lease or concession, as long as it lasts\n- any other state: no right of this file\n"
    yield "## What can block, whose move it is, what clears it\n"
    yield "| code | العربية | English | whose move | cleared by |\n|---|---|---|---|---|"
    for code, block in BLOCKS.items():
        yield f"| `{code}` | {block.sentence.ar} | {block.sentence.en} | {block.whose} | {block.paper.en} |"
    yield "\n## Duties\n"
    yield "| code | العربية | English |\n|---|---|---|"
    for duty, words in DUTIES.items():
        yield f"| `{duty}` | {words.ar} | {words.en} |"


def _states(codelist: str) -> Iterator[str]:
    yield "| state | العربية | English |\n|---|---|---|"
    for code, ar, en, _ in RIGHTS[codelist]:
        yield f"| `{code}` | {ar} | {en} |"
    yield ""


def _steps(machine: Machine) -> Iterator[str]:
    yield "| # | from → to | event | الخطوة | step | who | blocked by | writes | clock |\n|---|---|---|---|---|---|---|---|---|"
    for step in STEPS:
        if step.machine == machine:
            yield (
                f"| {step.number} | {_from_to(step)} | `{step.event}` | {step.title.ar} | {step.title.en} | "
                f"{', '.join(step.who)} | {', '.join(f'`{ask}`' for ask in step.asks) or '–'} | {step.writes.en} | "
                f"{step.clock.en if step.clock else '–'} |"
            )
    yield ""


def _from_to(step: Step) -> str:
    return f"{'/'.join(step.before) or '–'} → {step.after}"


def _drawn(machine: Machine) -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2"
    for step in STEPS:
        if step.machine == machine:
            for before in step.before or ("[*]",):
                yield f"  {before} --> {step.after}: {step.event}"
    yield "```\n"


if __name__ == "__main__":
    DOC.write_text(rendered(), encoding="utf-8")
