"""Becomes a command, watched from beside: a keyring that a signal ends before it has said that it began leaves a trace.

usage: watch.py JOURNAL COMMAND [ARGUMENT ...]

This process itself becomes COMMAND, an absolute path, so number, parent, session, terminal, standard streams, environment
and end are the command's own. Before, it leaves behind a process of another session that traces it (ptrace) and all that
it starts, and is told how each of them ends. To the journal of keyring calls go, as JSON, one a line:

- {"event": "killed", "pid", "at", "signal", "what", "name", "call"}: a signal ended a process while the command ran. `what`
  is "keyring"; "below" for what a keyring started; "start" for one that had not yet become a command, and that `name` had
  forked. `call` is the process of the keyring, or null
- {"event": "outlived", "pid", "at"}: the command has ended, and this keyring has not
- {"event": "unstarted", "pid", "at", "error"}: the command could not be started

Where tracing is refused, the command runs unwatched. If the tracer ends before the command, so does the command, by
SIGKILL. It runs on Python 3.8 and later, on Linux.
"""

# Its wrapper `signal` brings `enum`, which costs more than all that is done here.
import _signal
import errno
import os
import sys
import time

try:
    import ctypes
except ImportError:
    ctypes = None

PR_SET_PTRACER, ANY = 0x59616D61, -1
CONT, DETACH, GETEVENTMSG, SEIZE, LISTEN = 7, 17, 0x4201, 0x4206, 0x4208
FORK, VFORK, CLONE, EXEC, EXIT, STOP = 1, 2, 3, 4, 6, 128
EXITKILL = 0x100000
OPTIONS = EXITKILL | 1 << FORK | 1 << VFORK | 1 << CLONE | 1 << EXEC | 1 << EXIT
ALL = 0x40000000
LONGEST_NAME = 80


def note(journal, entry):
    import json

    entry["at"] = time.monotonic() * 1000
    line = (json.dumps(entry) + "\n").encode()
    if os.write(journal, line) != len(line):
        raise OSError("the journal of keyring calls is cut")


class Process:
    """`keyring` is the outermost keyring that it is or is below, as a process; `name` that of its command, or of its parent's."""

    def __init__(self, parent=None):
        self.is_command = False
        self.keyring = parent.keyring if parent else 0
        self.name = parent.name if parent else ""
        self.threads = set()


def read(file):
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 8192)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def is_keyring(words):
    """By the command line as the kernel has it: a script's interpreter comes first, with at most one argument."""
    first = words[:4]
    if any(os.path.basename(word) == b"keyring" and (place < 2 or b"/" in word) for place, word in enumerate(first)):
        return True
    return b"-mkeyring" in words or (b"-m", b"keyring") in zip(words, words[1:])


class Tracer:
    def __init__(self, ptrace, root, journal):
        self.ptrace = ptrace
        self.root = root
        self.journal = journal
        self.processes = {}
        # The process of each thread.
        self.owners = {}
        # Ended before they were known: what forked them may say so later.
        self.unknown = {}
        self.left = set()
        self.know(root, root)

    def know(self, tid, owner, parent=None):
        if owner not in self.processes:
            self.processes[owner] = Process(self.processes.get(parent))
        self.owners[tid] = owner
        self.processes[owner].threads.add(tid)

    def follow(self):
        """Until nothing is left to trace."""
        while True:
            try:
                self.take(*os.waitpid(-1, ALL))
            except ChildProcessError:
                return

    def take(self, tid, status):
        if not os.WIFSTOPPED(status):
            self.ended(tid, status)
            return
        given, event = os.WSTOPSIG(status), status >> 16
        if tid not in self.owners:
            self.appeared(tid)
        if event == EXIT:
            self.leaves(tid)
        elif event == STOP and given != _signal.SIGTRAP:
            self.ptrace(LISTEN, tid, None, None)
        else:
            if event in (FORK, VFORK, CLONE):
                self.forked(self.owners[tid], self.told(tid), event)
            elif event == EXEC:
                self.became(tid, self.told(tid))
            # Gone, if it fails: its end comes next.
            self.ptrace(CONT, tid, None, None if event else given)

    def told(self, tid):
        """What an event is about; `None`: its thread was killed meanwhile."""
        message = bytearray(8)
        place = (ctypes.c_char * 8).from_buffer(message)
        return int.from_bytes(message, sys.byteorder) if self.ptrace(GETEVENTMSG, tid, None, place) == 0 else None

    def appeared(self, tid):
        """It stopped before what forked it did."""
        fields = dict(line.split(b":\t", 1) for line in read(f"/proc/{tid}/status").split(b"\n") if b":\t" in line)
        self.know(tid, int(fields.get(b"Tgid", tid)), int(fields.get(b"PPid", 0)))

    def forked(self, parent, tid, event):
        if tid is None or tid in self.owners:
            return
        if event == CLONE and (tid in self.unknown or os.path.exists(f"/proc/{parent}/task/{tid}")):
            if self.unknown.pop(tid, None) is None:
                self.know(tid, parent)
        elif tid in self.unknown:
            self.judge(tid, self.unknown.pop(tid), Process(self.processes.get(parent)))
        else:
            self.know(tid, tid, parent)

    def became(self, pid, former):
        """Of several threads one is left, and has the process's number."""
        for tid in (former, *self.processes[pid].threads):
            self.owners.pop(tid, None)
        process = self.processes[pid]
        process.threads = {pid}
        self.owners[pid] = pid
        words = read(f"/proc/{pid}/cmdline").split(b"\0")
        process.is_command = True
        process.name = os.path.basename(words[0]).decode("utf-8", "replace")[:LONGEST_NAME]
        if process.keyring == 0 and is_keyring(words):
            process.keyring = pid

    def leaves(self, tid):
        """
        It is let go before it ends: of one that is still traced a pidfd tells the end before it can be waited for, of which
        uv 0.5.0 dies.
        """
        status = self.told(tid)
        if status is None:
            return
        self.ended(tid, status)
        if self.ptrace(DETACH, tid, None, None) != 0:
            self.left.add(tid)

    def ended(self, tid, status):
        if tid in self.left:
            self.left.remove(tid)
            return
        owner = self.owners.pop(tid, None)
        if owner is None:
            self.unknown[tid] = status
            return
        process = self.processes[owner]
        process.threads.discard(tid)
        if process.threads:
            return
        del self.processes[owner]
        if owner == self.root:
            self.end_command()
        else:
            self.judge(owner, status, process)

    def end_command(self):
        """Nobody has heard of its end yet: what ended before it comes first."""
        for tid in list(self.owners):
            try:
                pid, status = os.waitpid(tid, ALL | os.WNOHANG)
            except ChildProcessError:
                continue
            if pid != 0:
                self.take(pid, status)
        for pid, status in self.unknown.items():
            self.judge(pid, status, Process())
        self.unknown.clear()
        for pid, process in self.processes.items():
            if process.keyring == pid:
                note(self.journal, {"event": "outlived", "pid": pid})
        self.journal = None

    def judge(self, pid, status, process):
        if self.journal is None or not os.WIFSIGNALED(status) or os.WTERMSIG(status) == _signal.SIGPIPE:
            return
        if process.keyring != 0:
            what = "keyring" if process.keyring == pid else "below"
        elif not process.is_command:
            what = "start"
        else:
            return
        entry = {"event": "killed", "pid": pid, "signal": os.WTERMSIG(status), "what": what, "name": process.name}
        note(self.journal, {**entry, "call": process.keyring or None})


def trace(root, ptrace, ready, journal):
    """In the process that is left behind."""
    os.setsid()
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    kept = {0, 1, 2, ready, journal}
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass
    if ptrace(SEIZE, root, None, OPTIONS) != 0:
        os.write(ready, b"refused")
        return
    os.write(ready, b"traced")
    os.close(ready)
    Tracer(ptrace, root, journal).follow()


def leave_tracer(journal):
    """Returns when this process is traced, or where that is refused."""
    if ctypes is None:
        return
    libc = ctypes.CDLL(None)
    ptrace = libc.ptrace
    ptrace.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    ptrace.restype = ctypes.c_long
    libc.prctl(PR_SET_PTRACER, ctypes.c_long(ANY), 0, 0, 0)
    root = os.getpid()
    said, ready = os.pipe()
    between = os.fork()
    if between == 0:
        # The command is to have no child that it did not start.
        try:
            if os.fork() == 0:
                trace(root, ptrace, ready, journal)
        except OSError as error:
            os.write(ready, error.strerror.encode())
        finally:
            os._exit(0)
    os.close(ready)
    os.waitpid(between, 0)
    answer = os.read(said, 4096)
    os.close(said)
    libc.prctl(PR_SET_PTRACER, ctypes.c_long(0), 0, 0, 0)
    if answer == b"":
        os.kill(root, _signal.SIGKILL)
    if answer not in (b"traced", b"refused"):
        raise OSError(0, answer.decode())


def own_environment():
    """As it was given: Python may have added to it."""
    descriptor = os.open("/proc/self/environ", os.O_RDONLY)
    with open(descriptor, "rb") as file:
        return dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)


def become(command, arguments, environment):
    try:
        os.execve(command, [command, *arguments], environment)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # As every shell does with a text that does not say what runs it.
        os.execve("/bin/sh", ["/bin/sh", command, *arguments], environment)


def main(file, command, *arguments):
    try:
        journal = os.open(file, os.O_WRONLY | os.O_APPEND)
        try:
            environment = own_environment()
            leave_tracer(journal)
            # Python ignores them, and what is ignored stays so.
            for each in (_signal.SIGPIPE, _signal.SIGXFSZ):
                _signal.signal(each, _signal.SIG_DFL)
            become(command, arguments, environment)
        except OSError as error:
            note(journal, {"event": "unstarted", "pid": os.getpid(), "error": error.strerror or str(error)})
    except BaseException:
        # Any end but this one could be taken for the command's own.
        os.kill(os.getpid(), _signal.SIGKILL)
    return 127


sys.exit(main(*sys.argv[1:]))
