"""Runs a shell on a terminal of its own, as large as the one that it is seen on.

Inside the sandbox: what runs there must not have the user's own terminal, into which it could type.
"""

import fcntl
import os
import pty
import sys
import termios

STDIN = 0


def read(terminal):
    # Before each piece of output: the user may have changed the window.
    size = fcntl.ioctl(STDIN, termios.TIOCGWINSZ, b"\0" * 8)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    return os.read(terminal, 4096)


def main():
    status = pty.spawn(sys.argv[1:], read)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


main()
