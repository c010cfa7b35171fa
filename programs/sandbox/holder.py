"""Holds the network and the processes of one run: namespaces in which every IPv4 address is its own.

Started by `unshare --user --map-root-user --net --pid --fork --mount-proc` with a folder for what Python makes of our modules,
which takes it longer than all else here, bwrap, its filter of system calls (empty: none), the most process numbers that there
may be (0: as many as the machine has), the ports, and as `NAME=VALUE` what each process may have. Opens a listener for each
port, and a socket for DNS questions, and passes their descriptors over Node's IPC channel (NODE_CHANNEL_FD); who holds the
other end accepts and answers. No byte of a connection goes through here. Then it starts the steps that it is told to over that
channel (`steps.py`). The end of the channel is the end of this process, and so of all that it holds.
"""

# Their wrapper `socket` brings `enum` and `selectors`, which cost more than all that is done here.
import _socket
import os
import resource
import select
import sys

sys.path.insert(0, os.path.dirname(__file__))
sys.pycache_prefix, sys.dont_write_bytecode = sys.argv[1], False
import children  # noqa: E402
import network  # noqa: E402
from steps import Steps, keep_for_ourselves  # noqa: E402


def limit_processes(pid_max):
    # Where /proc/sys cannot be written to, as in many a container, only the limit of each process is left.
    try:
        with open("/proc/sys/kernel/pid_max", "w") as setting:
            setting.write(str(pid_max))
    except OSError:
        pass


def limit_each(limits):
    """This process, and so all that it starts."""
    for limit in limits:
        name, _, value = limit.partition("=")
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (int(value), int(value)))


def go_first():
    """Where memory runs out, before what else this machine does."""
    with open("/proc/self/oom_score_adj", "w") as setting:
        setting.write("1000")


def serve(channel, steps, begun):
    woken = children.woken_by_ends()
    events = select.poll()
    events.register(channel, select.POLLIN)
    events.register(woken, select.POLLIN)
    while True:
        *lines, begun = begun.split(b"\n")
        for line in lines:
            steps.take(line)
        steps.look()
        for descriptor, _ in events.poll():
            if descriptor == woken:
                os.read(woken, 4096)
                continue
            more = channel.recv(2**20)
            if not more:
                return
            begun += more


def main():
    bwrap, seccomp, pid_max, *rest = sys.argv[2:]
    channel = _socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    channel.setblocking(True)
    keep_for_ourselves()
    network.open_routes()
    for port in filter(str.isdigit, rest):
        network.pass_on(channel, network.listener(int(port)), "net.Native", int(port))
    if pid_max != "0":
        limit_processes(pid_max)
    go_first()
    limit_each(each for each in rest if "=" in each)
    begun = network.pass_on(channel, network.dns_socket(), "dgram.Native", 53)
    serve(channel, Steps(channel, bwrap, seccomp), begun)


main()
