"""Records a call of a `keyring` command that the probe cannot see, in the form of the probe, and runs the command.

usage: recorder.py JOURNAL COMMAND NAME [ARGUMENT ...]

COMMAND is the executable, NAME the path by which it was called. Standard streams, arguments, exit status and signals are
those of the command. Where a signal ended it, or it could not be started, there is no "end" in the journal.
"""

import json
import os
import signal
import subprocess
import sys
import time

TAKES_VALUE = ("-b", "--keyring-backend", "-p", "--keyring-path", "--mode", "--output", "--print-completion")
KEPT = 3


def shown(arguments):
    """Operation, service and user, with the options between: anything more is not ours to keep."""
    words, plain, previous = [], 0, ""
    for word in arguments:
        plain += not word.startswith("-") and previous not in TAKES_VALUE
        words.append(word if plain <= KEPT else "...")
        previous = word
    return words


def place_of(name):
    """The venv that the command is in, or else the command itself."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(name)))
    if os.path.exists(os.path.join(folder, "pyvenv.cfg")):
        return {"prefix": folder}
    return {"prefix": os.path.abspath(name), "alone": True}


def note(journal, entry):
    entry.update(pid=os.getpid(), at=time.monotonic() * 1000)
    file = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, (json.dumps(entry) + "\n").encode())
    finally:
        os.close(file)


def main(journal, command, name, *arguments):
    note(journal, {"event": "begin", "argv": shown(arguments), **place_of(name)})
    try:
        # The probe names this call where the command is a way to a keyring that it sees.
        environment = dict(os.environ, UV_MRE_KEYRING_CALL=str(os.getpid()))
        status = subprocess.Popen([name, *arguments], executable=command, env=environment).wait()
    except OSError as error:
        print(f"{name}: {error.strerror}", file=sys.stderr)
        return 126
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    note(journal, {"event": "end", "raised": None, "exit": status})
    return status


sys.exit(main(*sys.argv[1:]))
