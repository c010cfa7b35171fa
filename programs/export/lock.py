"""The packages in the project's `uv.lock`."""

import json
import os
import tomllib


def packages(file):
    """One record for each; one without a field where the file is not there, or cannot be read."""
    if not os.path.isfile(file) or os.path.islink(file):
        return [{}]
    try:
        with open(file, "rb") as opened:
            document = tomllib.load(opened)
    except ValueError:
        return [{}]
    # Releases before 0.3 call a package a distribution.
    return [record(entry) for entry in tables(document.get("package", document.get("distribution")))]


def record(entry):
    source, files = entry.get("source"), [*tables(entry.get("sdist")), *tables(entry.get("wheels"))]
    places = [next((each for each in (text(file.get("url")), text(file.get("path"))) if each is not None), None) for file in files]
    return {
        "package": text(entry.get("name")),
        "version": text(entry.get("version")),
        "source": [f"{kind}+{written(place)}" for kind, place in source.items()] if isinstance(source, dict) else text(source),
        "url": [place for place in places if place is not None],
        "requires": [name for name in (text(each.get("name")) for each in tables(entry.get("dependencies"))) if name is not None],
    }


def tables(value):
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def text(value):
    return value if isinstance(value, str) else None


def written(value):
    return value if isinstance(value, str) else json.dumps(value)
