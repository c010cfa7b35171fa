"""Writes wheels where `uv publish` looks: `dist.py FOLDER NAME…`."""

import os
import sys

import wheels

built = wheels.load("wheels.json")
os.makedirs(sys.argv[1], exist_ok=True)
for name in sys.argv[2:]:
    with open(sys.argv[1] + "/" + os.path.basename(name), "wb") as file:
        file.write(wheels.build(built[name]))
