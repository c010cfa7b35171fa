"""Writes what the company's keyring plugin answers; installs the real keyring as a tool, where there is one."""

import glob
import io
import json
import os
import re
import string
import sys
import venv
import zipfile

import wheels

WORK = os.environ["WORK"]
CASE = wheels.load("keyring.json")


def newest():
    """The wheels that this Python can use: of each project the newest, which is all that installing takes."""
    found = {}
    for name, content in wheels.carried().items():
        needs = re.search(r"(?m)^Requires-Python: >=3\.(\d+)", wheels.metadata(content).decode())
        version = tuple(int(number) for number in re.findall(r"\d+", name.split("-")[1]))
        project = name.split("-")[0]
        if (not needs or int(needs[1]) <= sys.version_info[1]) and version > found.get(project, ((), None))[0]:
            found[project] = version, content
    return [content for _, content in found.values()]


def install():
    venv.create(WORK + "/tool", with_pip=False, symlinks=True)
    site = glob.glob(WORK + "/tool/lib/python3*/site-packages")[0]
    for content in newest():
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            wheel.extractall(site)
    with open(WORK + "/bin/keyring", "w") as file:
        # No path of an interpreter may hold a blank.
        file.write(f"#!/bin/sh\n'''exec' \"{WORK}/tool/bin/python\" \"$0\" \"$@\"\n' '''\n")
        file.write("import sys\nfrom keyring.cli import main\nsys.exit(main())\n")
    os.chmod(WORK + "/bin/keyring", 0o755)
    for path, text in CASE["plugin"].items():
        os.makedirs(os.path.dirname(site + "/" + path), exist_ok=True)
        with open(site + "/" + path, "w") as file:
            file.write(text)


def answer(texts):
    return {key: string.Template(text).substitute(os.environ) if isinstance(text, str) else text for key, text in texts.items()}


if CASE["install"]:
    install()
with open(WORK + "/answers.json", "w") as file:
    json.dump({"tool": CASE["tool"], "answers": [answer(each) for each in CASE["answers"]]}, file)
