"""Reads calls of keyring, as the probe has recorded them."""

import json

from judge import CASE, inside, read


def calls_of(step):
    found, running = [], {}
    for entry in map(json.loads, read(f"{step}.keyring").splitlines()):
        if entry["event"] == "begin":
            words, skip = [], False
            for word in entry["argv"]:
                if not skip and not word.startswith("-"):
                    words.append(word)
                skip = not skip and word in CASE["withValue"]
            operation, service, user = ([*words, "", "", ""])[:3]
            call = {
                "argv": entry["argv"],
                "operation": operation,
                "service": service,
                "user": user,
                "raised": None,
                "exit": None,
                "finished": False,
            }
            call["from"] = origin(entry["prefix"])
            running[entry["pid"]] = call
            found.append(call)
        elif entry["pid"] in running:
            running[entry["pid"]].update(raised=entry["raised"], exit=entry["exit"], finished=True)
    return found


def origin(prefix):
    """Whose keyring it is, by where its Python is."""
    if inside("tool", prefix + "/.x") or inside("home/.local/share/uv/tools", prefix + "/.x"):
        return "tool"
    passing = inside("home/.cache/uv", prefix + "/.x") or inside("tmp", prefix + "/.x")
    return "venv" if inside("", prefix + "/.x") and not passing else "other"
