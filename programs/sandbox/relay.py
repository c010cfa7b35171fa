"""Stands between Node, which speaks to its children alone, and the first process of a run's container.

Started with a folder, in which it listens: at `inside/holder` for the container, which sees that folder, at `enter` for
the starters of steps, which it does not see. What the container opened goes on to Node, over Node's IPC channel
(NODE_CHANNEL_FD); the connections of starters go to the container. No byte of a connection goes through here. The end
of the channel is the end of this process, and by that of the container.
"""

# Their wrappers `socket` and `selectors` bring `enum`, which costs more than all that is done here.
import _socket
import os
import select
import sys

sys.path.insert(0, os.path.dirname(__file__))
import network


def door(file, kind):
    opened = _socket.socket(_socket.AF_UNIX, kind)
    opened.bind(file)
    # Who may come here is said by the folder; in the container it is another user than here.
    os.chmod(file, 0o666)
    opened.listen(64)
    return opened


def accept(listening):
    descriptor, _ = listening._accept()
    return _socket.socket(fileno=descriptor)


def main():
    folder = sys.argv[1]
    channel = _socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    channel.setblocking(True)
    inside = os.path.join(folder, "inside", "holder")
    first, enter = door(inside, _socket.SOCK_SEQPACKET), door(os.path.join(folder, "enter"), _socket.SOCK_STREAM)
    channel.send(b'{"port":0}\n')
    ready, _, _ = select.select([channel, first], [], [])
    if first not in ready:
        return
    holder = accept(first)
    # No step is to be taken for it.
    first.close()
    os.unlink(inside)
    while True:
        line, opened = network.receive_with(holder, 1)
        if not line:
            sys.exit("the container ended")
        kind, port = line.decode().split(maxsplit=1)
        if kind == "fault":
            sys.exit(port)
        network.pass_on(channel, opened[0], kind, int(port))
        if kind == "dgram.Native":
            break
    while True:
        ready, _, _ = select.select([channel, holder, enter], [], [])
        if channel in ready and not channel.recv(4096):
            return
        if holder in ready:
            sys.exit("the container ended")
        if enter in ready:
            starter = accept(enter)
            network.send_with(holder, b"starter", [starter.fileno()])
            starter.close()


main()
