"""Holds the network and the processes of one run: namespaces in which every IPv4 address is its own.

Started by `unshare --user --map-root-user --net --pid --fork --mount-proc` with the most process numbers that there may
be (0: as many as the machine has) and the ports. Opens a listener for each port, and a socket for DNS questions, and
passes their descriptors over Node's IPC channel (NODE_CHANNEL_FD); who holds the other end accepts and answers. No byte
of a connection goes through here. The end of the channel is the end of this process, and so of all that it holds.
"""

# Their wrappers `signal` and `socket` bring `enum` and `selectors`, which cost more than all that is done here.
import _signal
import _socket
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import network


def limit_processes(pid_max):
    # Where /proc/sys cannot be written to, as in many a container, only the limit of each process is left.
    try:
        with open("/proc/sys/kernel/pid_max", "w") as setting:
            setting.write(str(pid_max))
    except OSError:
        pass


def main():
    pid_max, *ports = map(int, sys.argv[1:])
    # What loses its parent becomes a child of this process, the first of its namespace.
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    channel = _socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    channel.setblocking(True)
    network.open_routes()
    for port in ports:
        network.pass_on(channel, network.listener(port), "net.Native", port)
    if pid_max != 0:
        limit_processes(pid_max)
    network.pass_on(channel, network.dns_socket(), "dgram.Native", 53)
    while channel.recv(4096):
        pass


main()
