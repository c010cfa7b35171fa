"""Looks for secrets in the clear, in every form in which one may be written."""

import base64
import os
import re

from judge import CASE, SIGNS, WORK, read


def in_files():
    found = []
    for path in written():
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if "\0" not in text[:8192]:
            below = os.path.relpath(path, WORK + "/project")
            found += secrets_in("~" + path[len(WORK + "/home") :] if below.startswith("..") else below, text)
    return found


def in_outputs(step):
    return [leak for name in ("stdout", "stderr") for leak in secrets_in(name, read(f"{step}.{name}"))]


def written():
    """What uv may have written a secret into: the project outside a venv, and what venvs and tools say of their origin."""
    tools = WORK + "/home/.local/share/uv/tools"
    installed = [tools]
    for root in (WORK + "/project", tools):
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in (".git", "__pycache__", "node_modules")]
            if "pyvenv.cfg" in names:
                installed.append(folder)
            for path in (folder + "/" + name for name in names):
                of_origin = path.endswith(("/direct_url.json", "/uv-receipt.toml"))
                outside = not any(path.startswith(each + "/") for each in installed)
                if (of_origin or outside) and os.path.isfile(path) and not os.path.islink(path):
                    yield path


def secrets_in(where, text):
    """Every form in which a secret stands there, torn by line ends or a terminal's codes or not."""
    found = []
    for bare in [text, *(re.sub(pattern, "", text) for pattern in SIGNS["disguises"])]:
        for secret, variable in CASE["secrets"].items():
            found += [{"where": where, "secret": secret, "form": form} for form in forms_of(os.environ[variable], bare)]
    return [leak for at, leak in enumerate(found) if leak not in found[:at]]


def forms_of(secret, text):
    value = re.sub(SIGNS["prefix"], "", secret).rstrip("=")
    before = secret[: secret.index(value)]
    cores = [base64.b64encode(b" " * n + value.encode())[-(-n * 8 // 6) : (n + len(value)) * 8 // 6].decode() for n in (0, 1, 2)]
    if any(core in text for core in cores):
        yield "base64"
    if value.encode().hex() in text.lower():
        yield "hex"
    if value in text.lower() or re.search(r"[%\\&]", text):
        for match in re.finditer(f"(?:{any_writing(before)})?{any_writing(value)}", text, re.I):
            yield "percent-encoded" if "%" in match[0] else "escaped" if re.search(r"[\\&]", match[0]) else "plain"


def any_writing(text):
    written = []
    for letter in text:
        both = letter.lower() + letter.upper()
        one = SIGNS["written"].replace("HEX", "|".join(f"{ord(each):x}" for each in both))
        written.append(one.replace("DECIMAL", "|".join(str(ord(each)) for each in both)).replace("LETTER", letter))
    return "".join(written)
