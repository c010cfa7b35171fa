"""Tells whether a scenario is about a release of uv."""

import re


def supports(version, specifiers):
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:\+.*)?", version)
    release = tuple(map(int, match.groups())) if match else ()
    return bool(match) and all(compares(release, *each) for each in specifiers)


def compares(release, operator, numbers):
    """`=`: the release begins with these numbers; the others as Python has them."""
    wanted = tuple(numbers)
    if operator in ("=", "!"):
        return (release[: len(wanted)] == wanted) == (operator == "=")
    below = (release > wanted) - (release < wanted)
    return {"==": below == 0, "!=": below != 0, "<": below < 0, "<=": below <= 0, ">": below > 0, ">=": below >= 0}[operator]
