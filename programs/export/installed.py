"""What is installed in a venv."""

import glob
import os
import re


def pythons(venv):
    """As the folder of its own Python's libraries may be called; by what uv, venv and virtualenv write of it."""
    try:
        with open(os.path.join(venv, "pyvenv.cfg"), encoding="utf-8", errors="replace") as file:
            version = re.search(r"^\s*version(?:_info)?\s*=\s*(3\.\d+)", file.read(), re.MULTILINE)
    except OSError:
        return ()
    return (f"python{version[1]}", f"python{version[1]}t") if version else ()


def packages(venv):
    """One record for each; one without a field where there is no venv."""
    names = pythons(venv)
    places = [place for name in names for place in glob.glob(f"{glob.escape(venv)}/lib*/{name}/site-packages")]
    names = {os.path.basename(each) for place in places for each in glob.glob(glob.escape(place) + "/*.dist-info")}
    parts = [name[: -len(".dist-info")].split("-", 1) for name in sorted(names)]
    found = [{"package": re.sub("[-_.]+", "-", name).lower(), "version": version} for name, version in parts]
    return found if places else [{}]
