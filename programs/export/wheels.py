"""The packages that the script carries: built from texts, or as PyPI has them."""

import base64
import hashlib
import io
import json
import os
import zipfile

WORK = os.environ["WORK"]
WHEEL = "Wheel-Version: 1.0\nGenerator: uv-mre\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def load(name):
    with open(WORK + "/" + name, encoding="utf-8") as file:
        return json.load(file)


def build(files):
    """A wheel of these files, byte for byte as the scenario's own run has it."""
    info = next(path for path in files if path.endswith(".dist-info/METADATA")).rpartition("/")[0]
    order = [*(path for path in files if path not in (info + "/entry_points.txt", info + "/WHEEL")), info + "/WHEEL"]
    files = {info + "/WHEEL": WHEEL, **files}
    order += [path for path in files if path not in order]
    lines = [record(path, files[path].encode()) for path in order]
    files[info + "/RECORD"] = "".join(line + "\n" for line in [*lines, csv(info + "/RECORD") + ",,"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wheel:
        for path in [*order, info + "/RECORD"]:
            entry = zipfile.ZipInfo(path, (2020, 1, 1, 12, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            wheel.writestr(entry, files[path].encode())
    return out.getvalue()


def record(path, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{csv(path)},sha256={digest},{len(content)}"


def csv(path):
    return '"{}"'.format(path.replace('"', '""')) if any(each in path for each in '",\n') else path


def carried():
    """The wheels that stand behind the script's last command, by name."""
    wheels, name = {}, None
    if "SCRIPT" not in os.environ:
        return {}
    with open(os.environ["SCRIPT"], encoding="utf-8") as script:
        for line in script:
            if line.startswith("# wheel "):
                name = line.split()[2]
                wheels[name] = []
            elif name:
                wheels[name].append(line[2:].strip())
    return {name: base64.b64decode("".join(lines)) for name, lines in wheels.items()}


def metadata(content):
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        return wheel.read(next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")))


def check(wheels, digests):
    """Ends the program where a wheel is another than the answers were written for."""
    wrong = [name for name, digest in digests.items() if hashlib.sha256(wheels[name]).hexdigest() != digest]
    if wrong:
        raise SystemExit("not as they were exported: " + ", ".join(wrong))
