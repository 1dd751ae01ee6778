"""The stage a kind plays on: its clock, its peers, its folder, and the count of everything opened and given back."""

import errno
import os
import random
import shutil
import socket
import tempfile
import time

from .peers import Peer

LOOPBACK = "127.0.0.1"


class Stage:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.opens = self.opened = self.closed = 0
        self.errors = {}
        self.peers = []
        self.address = None  # what the start line names as "peer"
        self.forked = set()
        self.threads = []  # thread ids with a table of descriptors of their own
        self.holds = ()  # open for as long as the stage is, and no opening
        self.remarks = {}  # further members of each line of counts
        self.tallies = []  # functions that give (opens, opened, closed) of other processes
        self._kept = {}
        self._zero = None
        self._folder = None

    # Time: seconds since the start, from the monotonic clock. Kinds yield the next such time at which they want to run.

    def start_clock(self):
        self._zero = time.monotonic()

    def now(self):
        return 0.0 if self._zero is None else time.monotonic() - self._zero

    def gap(self, per_minute):
        """Seconds from one event to the next."""
        mean = 60.0 / per_minute
        return mean if self.options.spacing == "even" else self.random.expovariate(1.0 / mean)

    def schedule(self):
        """Absolute times, so that a late wake-up delays one event and not all that follow."""
        if self.options.spacing == "even":
            number = 0
            while True:
                number += 1
                yield number * 60.0 / self.options.rate
        at = 0.0
        while True:
            at += self.gap(self.options.rate)
            yield at

    def each(self, open_one):
        """The body of every plain leak: open one at each time of the schedule."""
        for at in self.schedule():
            yield at
            self.attempt(open_one)

    # Counts: in descriptors; `opens` counts the openings (a pipe is one opening and two descriptors).

    def attempt(self, open_one):
        """A real leaking program goes on after EMFILE; so does this one, and tells how often."""
        try:
            return open_one()
        except OSError as error:
            name = errno.errorcode.get(error.errno, type(error).__name__)
            self.errors[name] = self.errors.get(name, 0) + 1
            return None

    def keep(self, *things):
        """Things are descriptor numbers or objects that hold exactly one descriptor; one call is one opening."""
        self.opens += 1
        for thing in things:
            self.opened += 1
            self._kept[_key(thing)] = thing
        return things[0]

    def keeps(self, thing):
        return _key(thing) in self._kept

    def count(self, opened=0, closed=0):
        """What is no descriptor of this process's table, or is closed elsewhere: the kind itself sees to it."""
        self.opens += opened
        self.opened += opened
        self.closed += closed

    def must_be_allowed(self, what, make, mend):
        """Open one and give it back, so that what this host refuses is said at once, and not counted as an error for ever."""
        try:
            thing = make()
        except OSError as error:
            raise RuntimeError(f"refused: {what}: {error.strerror}; {mend}") from error
        os.close(thing) if isinstance(thing, int) else thing.close()

    def give_back(self, thing):
        del self._kept[_key(thing)]
        if isinstance(thing, int):
            os.close(thing)
        else:
            thing.close()
        self.closed += 1

    def give_back_all(self):
        for thing in list(self._kept.values()):
            self.give_back(thing)

    def report(self):
        counts = [(self.opens, self.opened, self.closed), *(tally() for tally in self.tallies)]
        opens, opened, closed = (sum(column) for column in zip(*counts))
        line = {"t": round(self.now(), 3), "opened": opened, "closed": closed, "kept": opened - closed, "opens": opens}
        return {**line, **self.remarks, **({"errors": self.errors} if self.errors else {})}

    # Other ends

    def connect(self, port):
        """A connected socket; nothing stays open when the connection fails."""
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            connection.settimeout(5)
            connection.connect((LOOPBACK, port))
        except OSError:
            connection.close()
            raise
        return connection

    def peer(self, *arguments, outside=False):
        peer = Peer(arguments, outside)
        self.peers.append(peer)
        return peer

    def serve(self, *manners):
        """Start one server in a child with a listener for each manner; the ports, in that order."""
        peer = self.peer("serve", *manners)
        self.address = f"{LOOPBACK}:{peer.ports[0]}"
        return peer.ports[0] if len(manners) == 1 else peer.ports

    def listen(self, backlog=1024):
        listener = socket.create_server((LOOPBACK, 0), backlog=backlog)
        self.address = f"{LOOPBACK}:{listener.getsockname()[1]}"
        return listener

    def folder(self):
        """A temporary folder; a child removes it even when this process is killed."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="mkleak-")
            self.peer("tidy", self._folder)
        return self._folder

    def clear(self):
        for pid in list(self.forked):
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        for peer in self.peers:
            peer.end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _key(thing):
    return thing if isinstance(thing, int) else id(thing)
