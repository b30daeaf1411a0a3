# SPDX-License-Identifier: Apache-2.0
"""The root of the family of refusals; it lies here because what opens files refuses too."""


class MarsaError(Exception):
    """Something that a person can be told and can act on. It knows no HTTP and no language.

    What is not a `MarsaError` is a fault in the program.
    """

    def facts(self) -> dict[str, object]:
        """The attributes that carry the facts, by name."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}
