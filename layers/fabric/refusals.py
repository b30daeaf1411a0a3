# SPDX-License-Identifier: Apache-2.0
"""Why a command is not done, beyond what the fabric's rules refuse."""

from gis.errors import MarsaError


class NoSuchPlot(MarsaError):
    """No plot of this name that the actor may see."""

    def __init__(self, plot: str) -> None:
        super().__init__(plot)
        self.plot = plot


class PlotRetired(MarsaError):
    """The plot has ended: somebody split, merged or retired it. `into`: numbers of the plots that follow it."""

    def __init__(self, plot_number: str, into: list[str], since: str, by: str) -> None:
        super().__init__(plot_number, into, since, by)
        self.plot_number, self.into, self.since, self.by = plot_number, into, since, by


class PlotChanged(MarsaError):
    """The plot was changed after the version that the command was made for. `what`: the last act on it."""

    def __init__(self, plot_number: str, given: int, now: int, what: str, since: str, by: str) -> None:
        super().__init__(plot_number, given, now, what, since, by)
        self.plot_number, self.given, self.now = plot_number, given, now
        self.what, self.since, self.by = what, since, by


class ReasonMissing(MarsaError):
    """A command says why, in words that the register keeps."""


class CommandUnreadable(MarsaError):
    """The body of a command is not what the command takes. `pointer`: JSON pointer to the place; `why`: what is wrong there."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(pointer, why)
        self.pointer, self.why = pointer, why


class NumberGiven(MarsaError):
    """The number belongs or once belonged to another plot."""

    def __init__(self, plot_number: str) -> None:
        super().__init__(plot_number)
        self.plot_number = plot_number


class NothingThere(MarsaError):
    """There is no act of the actor's to undo or to do again. `which`: undo or redo."""

    def __init__(self, which: str) -> None:
        super().__init__(which)
        self.which = which


class BuiltUpon(MarsaError):
    """What an act made was changed since, or something rests on it: to take the act back would tear that out."""

    def __init__(self, act: str, plot_number: str, what: str, since: str | None = None, by: str | None = None) -> None:
        super().__init__(act, plot_number, what, since, by)
        self.act, self.plot_number, self.what, self.since, self.by = act, plot_number, what, since, by


class NotClerical(MarsaError):
    """A clerical correction changes no boundary, number, right or day: those are acts of their own."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class BlockIsComplete(MarsaError):
    """Strips and corners would be left over in a block whose plots must fill it."""

    def __init__(self, block_code: str, left_m2: float) -> None:
        super().__init__(block_code, left_m2)
        self.block_code, self.left_m2 = block_code, left_m2


class NotInOneBlock(MarsaError):
    """The shape lies in no block, or the plots lie in several."""
