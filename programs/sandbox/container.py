"""The first process of a run's container: opens the run's network, and starts each command that it is asked for.

Started as root with the folder in which the relay listens, the user to be, and the ports. Opens the network, gives up all
rights for good, and only then is asked for anything. Passes on a listener for each port and a socket for
DNS questions, and then gets the connections of starters (`enter.py`), one after the other. A command has ended when
everything that it started has, daemons included; what it left in the folders that are in memory is removed. The end of
the relay is the end of this process, and so of the container.
"""

# Their wrappers `signal` and `socket` bring `enum` and `selectors`, which cost more than all that is done here.
import _signal
import _socket
import ctypes
import json
import os
import select
import sys

sys.path.insert(0, os.path.dirname(__file__))
import children
import network

IN_MEMORY = ("/tmp", "/var/tmp", "/dev/shm")


class Filter(ctypes.Structure):
    """`struct sock_fprog`"""

    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


def give_up_rights(user, group):
    """For this process and all that it starts, who are of the same user and may not look into it."""
    PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
    libc = ctypes.CDLL(None)
    capability = 0
    while libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def refuse_system_calls(file):
    """From here on, for all that is started; where there is no filter for this machine, there is no file."""
    PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
    if not os.path.exists(file):
        return
    with open(file, "rb") as opened:
        program = opened.read()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Filter(len(program) // 8, program))) != 0:
        raise OSError(ctypes.get_errno(), "system calls cannot be refused")


def start(request, descriptors, failure):
    """In the child: becomes the command, or says why not."""
    try:
        os.setsid()
        for place, descriptor in enumerate(descriptors):
            os.dup2(descriptor, place)
        for number in (*children.IGNORED, _signal.SIGCHLD):
            _signal.signal(number, _signal.SIG_DFL)
        os.chdir(request["cwd"])
        os.execve(request["file"], [request["file"], *request["args"]], request["env"])
    except OSError as error:
        os.write(failure, f"{request['file']}: {error.strerror}".encode())
    finally:
        os._exit(127)


def ended_by(status):
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"


def wait_for(child, woken, connection, relay):
    """Its status; `None` where nobody waits for it any more."""
    events = select.poll()
    events.register(woken, select.POLLIN)
    for other in (connection, relay):
        events.register(other, 0)
    while True:
        for descriptor, _ in events.poll():
            if descriptor == relay.fileno():
                sys.exit(0)
            if descriptor == connection.fileno():
                return None
        os.read(woken, 4096)
        for pid, status in children.ended():
            if pid == child:
                return status


def end_all():
    """Whatever was started: it is a child of this process, or becomes one."""
    while True:
        try:
            os.kill(-1, _signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            return


def empty(folder, own):
    left = [os.path.join(folder, name) for name in os.listdir(folder) if name not in own]
    if not left:
        return
    # Folders may be closed, and deeper than a path is long: the system's tools can do both.
    for command in (["/bin/chmod", "-R", "u+rwx", *left], ["/bin/rm", "-rf", *left]):
        os.waitpid(os.posix_spawn(command[0], command, {}), 0)


def serve(connection, relay, woken):
    """What was asked for, and how it ended."""
    message, descriptors = network.receive_with(connection, 4)
    if message != b"run":
        return "idle"
    *standard, asked = descriptors
    with open(asked, encoding="utf-8") as opened:
        request = json.load(opened)
    said, failure = os.pipe()
    child = os.fork()
    if child == 0:
        start(request, standard, failure)
    os.close(failure)
    for descriptor in standard:
        os.close(descriptor)
    # Its end comes with the start of the command, which does not have the other one.
    with open(said, encoding="utf-8") as opened:
        fault = opened.read()
    status = wait_for(child, woken, connection, relay)
    end_all()
    if fault:
        return f"fault {fault}"
    return "ended" if status is None else ended_by(status)


def open_network(ports):
    network.open_routes()
    opened = [(f"net.Native {port}", network.listener(int(port))) for port in ports]
    return [*opened, ("dgram.Native 53", network.dns_socket())]


def main():
    folder, user, group, *ports = sys.argv[1:]
    relay = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    relay.connect(os.path.join(folder, "holder"))
    try:
        opened = open_network(ports)
        give_up_rights(int(user), int(group))
        refuse_system_calls(os.path.join(folder, "seccomp"))
    except Exception as error:
        relay.send(f"fault {error}".encode())
        raise
    for line, descriptor in opened:
        network.send_with(relay, line.encode(), [descriptor])
        os.close(descriptor)
    woken = children.woken_by_ends()
    # The run's own folder may be below one of them.
    own = {folder: set(os.listdir(folder)) for folder in IN_MEMORY}
    while True:
        message, passed = network.receive_with(relay, 1)
        if not message:
            return
        connection = _socket.socket(fileno=passed[0])
        said = serve(connection, relay, woken)
        for each, kept in own.items():
            empty(each, kept)
        try:
            connection.send(said.encode())
        except OSError:
            pass
        connection.close()


main()
