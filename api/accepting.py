# SPDX-License-Identifier: Apache-2.0
"""What an Accept header prefers: a page for a reader, or data for a program."""

HTML = "text/html"
PROBLEM = "application/problem+json"


def weight(accepted: str, kind: str) -> float:
    """The weight that an Accept header gives a media type by name. 0 when it does not name it.

    >>> weight("text/html,application/json;q=0.4", "application/json"), weight("*/*", "text/html")
    (0.4, 0.0)
    """
    for item in accepted.split(","):
        name, *parameters = (word.strip() for word in item.split(";"))
        if name.lower() == kind:
            given = next((word[2:] for word in parameters if word.startswith("q=")), "1")
            try:
                return float(given)
            except ValueError:
                return 0.0
    return 0.0


def prefers_page(accepted: str, *kinds: str) -> bool:
    """Whether the header names HTML, and above each of these kinds of data.

    >>> prefers_page("text/html,*/*;q=0.8", PROBLEM), prefers_page("*/*", PROBLEM), prefers_page(f"{PROBLEM}, text/html", PROBLEM)
    (True, False, False)
    """
    return HTML in accepted and weight(accepted, HTML) > max((weight(accepted, kind) for kind in kinds), default=0.0)
