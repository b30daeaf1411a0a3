# SPDX-License-Identifier: Apache-2.0
"""Files and plots as the table of steps alone says they go: what the register must agree with, kept in memory for tests.

Papers, money and minutes are taken to be in order. What is left is which step leads where, and whose the plot is.
"""

from dataclasses import dataclass, field

from layers.rights.machine import HOLDS, steps_of


@dataclass
class Model:
    """Files by name: their state and plot. The right on a plot follows."""

    state: dict[str, str] = field(default_factory=dict)
    plot: dict[str, str] = field(default_factory=dict)

    def begin(self, file: str, plot: str) -> None:
        self.state[file], self.plot[file] = "DRF", plot

    def held_by(self, plot: str) -> str | None:
        """The file whose right stands on the plot."""
        return next((f for f, p in self.plot.items() if p == plot and self.right(f) is not None), None)

    def right(self, file: str) -> str | None:
        """The kind of right that stands for a file."""
        return HOLDS.get(self.state[file])

    def take(self, file: str, event: str) -> str | None:
        """Takes a step; the code of what blocks it, or None."""
        step = next((each for each in steps_of("application", self.state[file]) if each.event == event), None)
        if step is None:
            return "step_unknown"
        holder = self.held_by(self.plot[file])
        if "plot_held" in step.asks and holder not in (None, file):
            return "plot_held"
        self.state[file] = step.after
        return None
