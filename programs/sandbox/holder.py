"""Holds the network and the processes of one run: namespaces in which every IPv4 address is its own.

Started by `unshare --user --map-root-user --net --pid --fork --mount-proc` with the most process numbers that there may
be (0: as many as the machine has) and the ports. Opens a listener for each port, and a socket for DNS questions, and
passes their descriptors over Node's IPC channel (NODE_CHANNEL_FD); who holds the other end accepts and answers. No byte
of a connection goes through here. The end of the channel is the end of this process, and so of all that it holds.
"""

# Their wrappers `signal` and `socket` bring `enum` and `selectors`, which cost more than all that is done here.
import _signal
import _socket
import fcntl
import os
import struct
import sys

# The server that the resolv.conf of the steps names; an address of those that are set aside for documentation.
DNS_ADDRESS = "192.0.2.53"
# Likewise; what is sent there is dropped, as by a host that answers nothing (`src/gateway/names.ts`).
SILENT_NETWORK = "198.51.100.0"
BACKLOG = 1024


def limit_processes(pid_max):
    # Where /proc/sys cannot be written to, as in many a container, only the limit of each process is left.
    try:
        with open("/proc/sys/kernel/pid_max", "w") as setting:
            setting.write(str(pid_max))
    except OSError:
        pass


def bring_loopback_up():
    SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
    any_socket = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    request = fcntl.ioctl(any_socket.fileno(), SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
    flags = struct.unpack("16sh14x", request)[1] | IFF_UP
    fcntl.ioctl(any_socket.fileno(), SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))
    any_socket.close()


RTN_UNICAST, RTN_LOCAL = 1, 2


def add_route(kind, network, bits):
    """As `ip route add [local] NETWORK/BITS dev lo table local` does; what goes to no address of its own, lo drops."""
    RTM_NEWROUTE, NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE = 24, 0x1, 0x4, 0x400
    RT_TABLE_LOCAL, RTPROT_BOOT, RT_SCOPE_HOST, RTA_DST, RTA_OIF = 255, 3, 254, 1, 4
    route = struct.pack("=BBBBBBBBI", _socket.AF_INET, bits, 0, 0, RT_TABLE_LOCAL, RTPROT_BOOT, RT_SCOPE_HOST, kind, 0)
    if bits != 0:
        route += struct.pack("=HH4s", 8, RTA_DST, _socket.inet_aton(network))
    route += struct.pack("=HHI", 8, RTA_OIF, _socket.if_nametoindex("lo"))
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE
    message = struct.pack("=IHHII", 16 + len(route), RTM_NEWROUTE, flags, 1, 0) + route
    netlink = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW, 0)
    netlink.send(message)
    (error,) = struct.unpack_from("=i", netlink.recv(4096), 16)
    netlink.close()
    if error != 0:
        raise OSError(-error, f"a route to {network}/{bits} cannot be added: " + os.strerror(-error))


def listener(port):
    opened = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    opened.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
    opened.bind(("0.0.0.0", port))
    opened.listen(BACKLOG)
    return opened


def dns_socket():
    opened = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    opened.bind((DNS_ADDRESS, 53))
    return opened


def pass_on(channel, opened, kind, port):
    """Node takes one descriptor with each message and says so; the next one may go then."""
    line = f'{{"cmd":"NODE_HANDLE","type":"{kind}","msg":{{"port":{port}}}}}\n'
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("i", opened.fileno()))
    channel.sendmsg([line.encode()], [rights])
    opened.close()
    answer = b""
    while not answer.endswith(b"\n"):
        more = channel.recv(4096)
        if not more:
            sys.exit(0)
        answer += more


def main():
    pid_max, *ports = map(int, sys.argv[1:])
    # What loses its parent becomes a child of this process, the first of its namespace.
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    channel = _socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    channel.setblocking(True)
    bring_loopback_up()
    add_route(RTN_LOCAL, "0.0.0.0", 0)
    add_route(RTN_UNICAST, SILENT_NETWORK, 24)
    for port in ports:
        pass_on(channel, listener(port), "net.Native", port)
    if pid_max != 0:
        limit_processes(pid_max)
    pass_on(channel, dns_socket(), "dgram.Native", 53)
    while channel.recv(4096):
        pass


main()
