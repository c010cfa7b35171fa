"""A network in which every IPv4 address is its own: what the holders of a run's network share."""

# Their wrapper `socket` brings `enum` and `selectors`, which cost more than all that is done here.
import _socket
import fcntl
import os
import struct
import sys

# The server that the resolv.conf of the steps names; an address of those that are set aside for documentation.
DNS_ADDRESS = "192.0.2.53"
# Likewise; what is sent there is dropped, as by a host that answers nothing (`src/gateway/dns-names.ts`).
SILENT_NETWORK = "198.51.100.0"
BACKLOG = 1024


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


def open_routes():
    """Makes every address one of this namespace's own, but for those that nothing answers at."""
    bring_loopback_up()
    add_route(RTN_LOCAL, "0.0.0.0", 0)
    add_route(RTN_UNICAST, SILENT_NETWORK, 24)


def listener(port):
    """A descriptor, as all that is passed on."""
    opened = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    opened.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
    opened.bind(("0.0.0.0", port))
    opened.listen(BACKLOG)
    return opened.detach()


def dns_socket():
    opened = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    opened.bind((DNS_ADDRESS, 53))
    return opened.detach()


def send_with(connection, line, descriptors):
    """Their numbers are new on the other side."""
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack(f"{len(descriptors)}i", *descriptors))
    connection.sendmsg([line], [rights])


def receive_with(connection, most):
    """A message and what came with it; both are empty at the end."""
    # None of them is for those that are started.
    message, rights, _, _ = connection.recvmsg(4096, _socket.CMSG_SPACE(most * 4), _socket.MSG_CMSG_CLOEXEC)
    return message, [each for _, _, data in rights for each in struct.unpack(f"{len(data) // 4}i", data)]


def pass_on(channel, opened, kind, port):
    """Node takes one descriptor with each message and says so; the next one may go then. Returns what came after that."""
    line = f'{{"cmd":"NODE_HANDLE","type":"{kind}","msg":{{"kind":"{kind}","port":{port}}}}}\n'
    send_with(channel, line.encode(), [opened])
    os.close(opened)
    answer = b""
    while b"\n" not in answer:
        more = channel.recv(4096)
        if not more:
            sys.exit(0)
        answer += more
    return answer.partition(b"\n")[2]
