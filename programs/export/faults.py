"""Which requests a fault strikes."""

import re


def place(fault):
    """A function that says of a path whether the fault strikes there: a part of it, or the whole, in which `*` is anything."""
    text = fault.get("path", "")
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL).fullmatch if "*" in text else lambda path: text in path


def schedule(when):
    """A function that says, call by call, whether the next request is struck."""
    if when == "always":
        return lambda: True
    if "rate" in when:
        state = [when["seed"] & 0xFFFFFFFF]
        return lambda: random(state) < when["rate"]
    count = [0]

    def strikes():
        count[0] += 1
        return count[0] == when["nth"] if "nth" in when else count[0] >= when["from"]

    return strikes


def random(state):
    """Tommy Ettinger's 32-bit generator."""
    state[0] = (state[0] + 0x6D2B79F5) & 0xFFFFFFFF
    word = (state[0] ^ state[0] >> 15) * (1 | state[0]) & 0xFFFFFFFF
    word = (word + ((word ^ word >> 7) * (61 | word) & 0xFFFFFFFF) & 0xFFFFFFFF) ^ word
    return ((word ^ word >> 14) & 0xFFFFFFFF) / 0x100000000
