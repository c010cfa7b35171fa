"""Records calls of the `keyring` command in the file that UV_MRE_KEYRING_JOURNAL names, one JSON object a line.

- {"event": "begin", "pid", "at", "prefix", "argv", "within"}: before any of keyring's code runs; `within` is the process
  of `keyring-recorder` that leads here, if one does
- {"event": "end", "pid", "at", "raised", "exit"}: there is none where keyring was killed

`at` is in milliseconds of the monotonic clock, which is Node's `hrtime` too. Python imports this at start from the first
folder on PYTHONPATH. It runs on Python 3.8 and later, acts only in a keyring command, writes nothing that keyring prints
or reads, hides its own frames from tracebacks, and hands over to the `sitecustomize` that it hides. Backends of the
operating system's keychain say that they are not viable: what they hold is the user's, whatever HOME is.
"""

import sys

_KEYCHAINS = ("keyring.backends.macOS", "keyring.backends.OS_X", "keyring.backends.Windows")
_TAKES_VALUE = ("-b", "--keyring-backend", "-p", "--keyring-path", "--mode", "--output", "--print-completion")


def _is_keyring_command():
    argv = getattr(sys, "argv", None) or [""]
    if argv[0] != "-m":
        name = argv[0].replace("\\", "/").rsplit("/", 1)[-1].lower()
        return name in ("keyring", "keyring.exe", "keyring-script.py")
    words = getattr(sys, "orig_argv", None)
    if words is None:  # Python 3.9 and older
        try:
            with open("/proc/self/cmdline", "rb") as file:
                words = [word.decode("utf-8", "replace") for word in file.read().split(b"\0")]
        except OSError:
            return False
    return "-mkeyring" in words or any(pair == ("-m", "keyring") for pair in zip(words, words[1:]))


class _Journal:
    def __init__(self, path):
        import os

        self.path = path
        self.pid = os.getpid()
        self.ended = False

    def begin(self):
        import os

        # Operation, service and user are all that keyring takes: anything more is not ours to keep.
        argv, plain, previous = [], 0, ""
        for word in sys.argv[1:]:
            plain += not word.startswith("-") and previous not in _TAKES_VALUE
            argv.append(word if plain <= 3 else "...")
            previous = word
        within = os.environ.pop("UV_MRE_KEYRING_CALL", "")
        self.write({"event": "begin", "prefix": sys.prefix, "argv": argv, "within": int(within) if within.isdigit() else None})

    def end(self, raised, status):
        import os

        if not self.ended and os.getpid() == self.pid:
            self.ended = True
            self.write({"event": "end", "raised": raised, "exit": status})

    def write(self, entry):
        try:
            import json
            import os
            import time

            entry["pid"] = self.pid
            entry["at"] = time.monotonic() * 1000
            line = json.dumps(entry) + "\n"
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, line.encode("utf-8"))
            finally:
                os.close(file)
        except Exception:
            pass


def _status(code):
    return 0 if code is None else code if isinstance(code, int) else 1


def _watch_main(module, journal):
    main = module.main

    def watched(*args, **kwargs):
        try:
            result = main(*args, **kwargs)
        except SystemExit as error:
            journal.end(None, _status(error.code))
            raise
        except BaseException as error:
            journal.end(type(error).__name__, 1 if isinstance(error, Exception) else None)
            raise
        journal.end(None, _status(result))
        return result

    module.main = watched


class _Refused:
    def __get__(self, instance, owner):
        raise RuntimeError("the operating system's keychain is hidden from this run")


def _refuse(module):
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "get_password"):
            value.priority = _Refused()


class _Finder:
    def __init__(self, journal):
        self.after = dict.fromkeys(_KEYCHAINS, _refuse)
        self.after["keyring.cli"] = lambda module: _watch_main(module, journal)

    def find_spec(self, name, path=None, target=None):
        after = self.after.get(name)
        if after is None:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                self.extend(spec.loader, after)
                return spec
        return None

    def extend(self, loader, after):
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            try:
                after(module)
            except Exception:
                pass

        loader.exec_module = exec_module


def _hide_own_frames(traceback):
    """A traceback reads as it would without us."""
    frames = []
    while traceback is not None:
        frames.append(traceback)
        traceback = traceback.tb_next
    ours = any(frame.tb_frame.f_code.co_filename == __file__ and frame.tb_frame.f_code.co_name == "exec_module" for frame in frames)
    kept = []
    for frame in frames:
        name = frame.tb_frame.f_code.co_filename
        if name != __file__ and not (ours and name.startswith("<frozen importlib")):
            kept.append(frame)
    for frame, following in zip(kept, [*kept[1:], None]):
        frame.tb_next = following
    return kept[0] if kept else None


def _watch():
    import atexit
    import os

    path = os.environ.get("UV_MRE_KEYRING_JOURNAL")
    if not path:
        return
    journal = _Journal(path)
    journal.begin()
    sys.meta_path.insert(0, _Finder(journal))
    earlier = sys.excepthook

    def excepthook(kind, error, traceback):
        journal.end(kind.__name__, 1)
        traceback = _hide_own_frames(traceback)
        # The interpreter prints the error's own traceback, not the argument.
        earlier(kind, error.with_traceback(traceback), traceback)

    sys.excepthook = excepthook
    # For what ends without main: its status is not known here.
    atexit.register(journal.end, None, None)


def _hand_over():
    import importlib.util
    import os
    from importlib.machinery import PathFinder

    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != own]
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


try:
    if _is_keyring_command():
        _watch()
except Exception:
    pass
_hand_over()
