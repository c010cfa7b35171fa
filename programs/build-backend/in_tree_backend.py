"""Builds this package's wheel from src/ and PKG-INFO, with nothing but the standard library, on Python 3.6 and later.

A PEP 517 and PEP 660 backend, so that building an sdist asks no index for anything. `in_tree_backend.json` beside it says
what differs between packages: "stem" (`name-version`), "tag" and "wheel" (the text of WHEEL).
"""

import base64
import csv
import hashlib
import io
import json
import os
import tarfile
import zipfile

OWN = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(OWN)
DATE = (2020, 1, 1, 12, 0, 0)

with open(os.path.join(OWN, "in_tree_backend.json"), encoding="utf-8") as file:
    DATA = json.load(file)
STEM = DATA["stem"]


def _read(*path):
    with open(os.path.join(ROOT, *path), "rb") as file:
        return file.read()


def _dist_info():
    files = {"METADATA": _read("PKG-INFO"), "WHEEL": DATA["wheel"].encode()}
    if os.path.exists(os.path.join(OWN, "entry_points.txt")):
        files["entry_points.txt"] = _read(OWN, "entry_points.txt")
    return {f"{STEM}.dist-info/{name}": data for name, data in files.items()}


def _sources():
    top = os.path.join(ROOT, "src")
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = os.path.join(folder, name)
            yield os.path.relpath(path, top).replace(os.sep, "/"), _read(path)


def _write_wheel(folder, files):
    record = f"{STEM}.dist-info/RECORD"
    lines = io.StringIO()
    rows = csv.writer(lines, lineterminator="\n")
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([path, "sha256=" + digest, len(data)])
    rows.writerow([record, "", ""])
    files[record] = lines.getvalue().encode()
    name = "{}-{}.whl".format(STEM, DATA["tag"])
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    files = dict(_sources())
    files.update(_dist_info())
    return _write_wheel(wheel_directory, files)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    files = {f"__editable__.{STEM}.pth": (os.path.join(ROOT, "src") + "\n").encode()}
    files.update(_dist_info())
    return _write_wheel(wheel_directory, files)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    for path, data in _dist_info().items():
        target = os.path.join(metadata_directory, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(data)
    return f"{STEM}.dist-info"


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_sdist(sdist_directory, config_settings=None):
    name = f"{STEM}.tar.gz"
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.add(ROOT, STEM, filter=lambda entry: None if "__pycache__" in entry.name else entry)
    return name
