"""Starts the steps of a run, each in a bwrap of its own, and says how they ended.

What to do comes as lines of words, each a JSON text: `start NUMBER FILES ARGUMENTS COMMAND` and `kill NUMBER`. The last three
are in base64: the files of the standard descriptors, what bwrap reads of its options, and its command line, with NUL between.
The answer, an object of JSON, comes when nothing of the step is left: `step`, `exit` or `signal` of bwrap, and in base64
what the waiter `said`; or the `fault` for which bwrap could not be started.
"""

import binascii
import os

import children

# What bwrap is started with (`src/sandbox/bubblewrap.ts`).
STATUS, INFO, ARGUMENTS, SECCOMP = 3, 4, 5, 6
# More is not the waiter's, nor bwrap's.
MOST_SAID = 4096


def keep_for_ourselves():
    """What is open, and has or will have a number that a step's bwrap gets, is not for it; all that is opened later has others."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 2:
                os.set_inheritable(int(name), False)
        except OSError:
            pass  # It was the one by which the folder was read.
    while os.open("/dev/null", os.O_RDONLY) < SECCOMP:
        pass


def words(text):
    return binascii.a2b_base64(text).split(b"\0")


def nameless(file):
    """A file that lives by its descriptor alone."""
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    os.unlink(file)
    return opened


class Step:
    def __init__(self, number, beside):
        self.number = number
        self.status, self.info, self.arguments = (nameless(beside + end) for end in (b".status", b".info", b".arguments"))
        self.end = None
        # What is still there of it, once its bwrap has ended.
        self.left = set()

    def first(self):
        """The first process of its namespace, as bwrap told it; 0: it has not."""
        said = os.pread(self.info, MOST_SAID, 0)
        return int(said.partition(b'"child-pid":')[2].partition(b",")[0].partition(b"}")[0] or 0)

    def said(self):
        return os.pread(self.status, MOST_SAID, 0)

    def close(self):
        for descriptor in (self.status, self.info, self.arguments):
            os.close(descriptor)


class Steps:
    def __init__(self, channel, bwrap, seccomp):
        """`seccomp` is a file, and empty where there is no filter for this machine."""
        self.channel, self.bwrap, self.seccomp = channel, bwrap, seccomp
        self.running = {}
        self.ending = []

    def take(self, line):
        asked, number, *rest = line.strip(b'"').split(b" ")
        if asked == b"start":
            self.start(int(number), *map(words, rest))
        else:
            for pid, step in self.running.items():
                if step.number == int(number):
                    children.kill(pid)

    def start(self, number, files, arguments, command):
        step = Step(number, files[1])
        # By position: bwrap reads from where the descriptor stands.
        os.pwrite(step.arguments, b"\0".join(arguments), 0)
        try:
            pid = os.posix_spawn(self.bwrap, [self.bwrap, *command], TAGS, **self.descriptors(step, files))
        except OSError as error:
            self.answer(number, fault=f"{self.bwrap}: {error.strerror}".encode())
            step.close()
        else:
            self.running[pid] = step

    def descriptors(self, step, files):
        opened = [
            (os.POSIX_SPAWN_OPEN, place, file, os.O_NOFOLLOW | (os.O_RDONLY if place == 0 else os.O_WRONLY | os.O_APPEND), 0)
            for place, file in enumerate(files)
        ]
        given = [(STATUS, step.status), (INFO, step.info), (ARGUMENTS, step.arguments)]
        opened += [(os.POSIX_SPAWN_DUP2, descriptor, place) for place, descriptor in given]
        if self.seccomp:
            # Anew: it is read from where it stands.
            opened.append((os.POSIX_SPAWN_OPEN, SECCOMP, self.seccomp, os.O_RDONLY, 0))
        return {"file_actions": opened, "setsigdef": children.IGNORED}

    def look(self):
        """At which children have ended, and so which steps."""
        for pid, status in children.ended():
            step = self.running.pop(pid, None)
            if step is None:
                for each in self.ending:
                    each.left.discard(pid)
                continue
            first = step.first()
            # A bwrap that was killed early may have told nothing of its own.
            left = [first] if first != 0 else children.orphans(self.running)
            # With the first process, as the kernel ends them, all others.
            step.end, step.left = status, set(filter(children.kill, left))
            self.ending.append(step)
        for step in [each for each in self.ending if not each.left]:
            self.ending.remove(step)
            how = {"signal": os.WTERMSIG(step.end)} if os.WIFSIGNALED(step.end) else {"exit": os.WEXITSTATUS(step.end)}
            self.answer(step.number, **how, said=step.said())
            step.close()

    def answer(self, number, **more):
        encoded = {name: f'"{binascii.b2a_base64(each, newline=False).decode()}"' for name, each in more.items() if isinstance(each, bytes)}
        text = ",".join(f'"{name}":{value}' for name, value in {"step": number, **more, **encoded}.items())
        self.channel.sendall(f"{{{text}}}\n".encode())


# By which what a run started is known outside.
TAGS = {name: value for name, value in os.environ.items() if name.startswith("UV_MRE_")}
