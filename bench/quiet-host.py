#!/usr/bin/python3
"""quiet-host FOLDER PROCESSES DESCRIPTORS every|tcp|cheap: so many processes that hold so many descriptors each, and sleep.

What they hold stands in quiet_kinds.py. The first process is this one, the others its children. Prints its pids as one
JSON line when all hold what they should; SIGTERM ends all. SIGUSR1 to one of them makes it move: each second it opens
ten descriptors or closes those ten again. The next SIGUSR1 makes it rest again, with what it had at first.
"""

import json
import os
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [
    os.path.dirname(os.path.realpath(__file__)),
    os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lab"),
]

from mkleak.kernel import die_with, set_descriptor_limit  # noqa: E402
from quiet_kinds import CHEAP_KINDS, CONNECTIONS, EVERY_KIND, RESET_ON_CLOSE, Place, hold  # noqa: E402

SHARES = {"every": EVERY_KIND, "tcp": CONNECTIONS, "cheap": CHEAP_KINDS}


class Movement:
    """Two connections, two pipes and two files, opened in one second and closed in the next."""

    def __init__(self, place):
        self.place = place
        self.opened = []
        self.moves = False
        signal.signal(signal.SIGUSR1, self.turn)
        signal.signal(signal.SIGALRM, self.step)

    def turn(self, *_):
        self.moves = not self.moves
        signal.setitimer(signal.ITIMER_REAL, 1 if self.moves else 0, 1)
        if not self.moves:
            self.close()

    def step(self, *_):
        if self.opened:
            self.close()
        else:
            self.open()

    def open(self):
        address = self.place.listen()
        for at in range(2):
            near = socket.create_connection(address)
            far = self.place.listener.accept()[0]
            for end in (near, far):
                end.setsockopt(*RESET_ON_CLOSE)
            log = os.open(self.place.path(f"moving-{at}"), os.O_WRONLY | os.O_CREAT, 0o600)
            self.opened += [near.detach(), far.detach(), log, *os.pipe()]

    def close(self):
        for descriptor in self.opened:
            os.close(descriptor)
        self.opened = []


def sleep_with(kept):
    while kept:
        signal.pause()


def start_holder(place, shares, descriptors):
    """The pid of a child that holds its descriptors already, or an error."""
    parent = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with(parent)
        os.close(reading)
        movement = Movement(place)
        # As if the writing end were closed already: it is the last thing this one does.
        kept = hold(place, shares, descriptors + 1)
        os.write(writing, b"!")
        os.close(writing)
        sleep_with([kept, movement])
    os.close(writing)
    ready = os.read(reading, 1)
    os.close(reading)
    if ready != b"!":
        sys.exit(f"process {place.number} could not open {descriptors} descriptors")
    return pid


def end(children):
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def main(folder, processes, descriptors, shares):
    set_descriptor_limit()
    children = []
    # SystemExit unwinds to the `finally` below wherever the signal comes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        for number in range(1, processes):
            children.append(start_holder(Place(folder, number), shares, descriptors))
        place = Place(folder, 0)
        movement = Movement(place)
        kept = hold(place, shares, descriptors)
        print(json.dumps([os.getpid(), *children]), flush=True)
        sleep_with([kept, movement])
    finally:
        # A child that failed comes here too, and must not end its siblings.
        end(children if os.getpid() == LEADER else [])


LEADER = os.getpid()

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), SHARES[sys.argv[4]])
