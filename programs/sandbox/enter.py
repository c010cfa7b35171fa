"""Has the first process of a run's container run a command, and says on descriptor 3 how it ended.

Started with the relay's socket; what to run is on descriptor 4, as JSON. The command gets this process's own standard
input and outputs. The end of this process is the end of the command and of all that it started.
"""

import _socket
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import network

STATUS, REQUEST = 3, 4


def main():
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(sys.argv[1])
    network.send_with(connection, b"run", [0, 1, 2, REQUEST])
    os.write(STATUS, connection.recv(4096))


main()
