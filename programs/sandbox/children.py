"""The children of a process that is the first of its namespace: also what loses its parent becomes one of them."""

# Their wrapper `signal` brings `enum`, which costs more than all that is done here.
import _signal
import os

# Python ignores them, and what ignores a signal passes that on to what it starts.
IGNORED = (_signal.SIGPIPE, _signal.SIGXFSZ)


def woken_by_ends():
    """A descriptor that can be read from once a child may have ended."""
    woken, waker = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(waker, False)
    _signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    _signal.signal(_signal.SIGCHLD, lambda *_: None)
    return woken


def ended():
    """Each child that has ended by now, with its status."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def kill(pid):
    """Whether there is such a process, which will end, then."""
    try:
        os.kill(pid, _signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def orphans(but):
    """The children of the first process, which this one is, without those."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as stat:
                # After the name, which may hold anything.
                parent = int(stat.read().rpartition(b")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and int(name) not in but:
            yield int(name)
