"""A keyring backend that answers from the JSON file that UV_MRE_KEYRING names, as the plugins of companies do.

`keyring_backend.json` beside it says whose users it knows: {"indexes": ["NAME", ...]}, or null for those that the answers file
gives the keyring tool. It holds no secret.
"""

import json
import os
from urllib.parse import urlsplit

from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "keyring_backend.json"), encoding="utf-8") as file:
    INDEXES = json.load(file)["indexes"]


def _answers():
    try:
        with open(os.environ["UV_MRE_KEYRING"], encoding="utf-8") as file:
            content = json.load(file)
    except (KeyError, OSError, ValueError):
        return []
    indexes = content["tool"] if INDEXES is None else INDEXES
    return [answer for answer in content["answers"] if answer["index"] is None or answer["index"] in indexes]


def _host(service):
    return (urlsplit(service).netloc if "://" in service else service).rpartition("@")[2].rstrip("/")


def _closeness(answer, service):
    """How well an answer fits; 0: not at all. A longer prefix fits better than a shorter one, and that than the host."""
    known, match = answer["service"], answer["match"]
    if match == "exact":
        return 1 if known == service else 0
    root = known.rstrip("/")
    if (service.rstrip("/") + "/").startswith(root + "/"):
        return 1 + len(root)
    # Microsoft's, Google's and Amazon's plugins read the host of a URL, and know no host without one.
    return 1 if match == "host" and "://" in service and _host(known) == _host(service) else 0


def _find(service, user, credential=False):
    """The answer for a service, and for a user where one is named and looked at; an answer without a user is for any."""

    def is_for(answer):
        return user is None or answer["user"] in (None, user) or (credential and answer["anyCredential"])

    named = [answer for answer in _answers() if is_for(answer)]
    fitting = [(_closeness(answer, service), answer) for answer in named]
    best = max((closeness for closeness, _ in fitting), default=0)
    return next((answer for closeness, answer in fitting if closeness == best > 0), None)


class ScenarioKeyring(KeyringBackend):
    priority = 9.9

    def get_password(self, service, username):
        answer = _find(service, username)
        return answer and answer["password"]

    def get_credential(self, service, username):
        answer = _find(service, username, credential=True)
        if answer is None or (username is None and answer["needsUser"]):
            return None
        return SimpleCredential(answer["gives"], answer["password"])

    def set_password(self, service, username, password):
        raise NotImplementedError("this keyring is read-only")

    def delete_password(self, service, username):
        raise NotImplementedError("this keyring is read-only")
