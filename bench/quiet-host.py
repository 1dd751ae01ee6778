#!/usr/bin/python3
"""quiet-host FOLDER PROCESSES DESCRIPTORS: so many processes that hold so many descriptors each, and sleep.

A fifth each of files, pipe ends, unix socket pairs and TCP ends on loopback, the rest eventfds. The first process is
this one, the others its children. Prints its pids as one JSON line when all hold what they should; SIGTERM ends all.
"""

import json
import os
import signal
import socket
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lab"))

from mkleak.kernel import die_with, set_descriptor_limit  # noqa: E402

# Closing sends a reset: 10,000 connections in TIME_WAIT would outlive the bench by a minute.
RESET_ON_CLOSE = (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def open_now():
    # Listing opens one more.
    return len(os.listdir("/proc/self/fd")) - 1


def hold(folder, number, descriptors):
    """Opens until this process has that many; what it returns must be kept."""
    kept = []
    fifth = descriptors // 5
    for at in range(fifth):
        path = os.path.join(folder, f"{number}-{at}.log")
        kept.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    for _ in range(fifth // 2):
        kept.append(os.pipe())
        kept.append(socket.socketpair())
    listener = socket.create_server(("127.0.0.1", 0))
    kept.append(listener)
    for _ in range(fifth // 2):
        near = socket.create_connection(listener.getsockname())
        far = listener.accept()[0]
        for end in (near, far):
            end.setsockopt(*RESET_ON_CLOSE)
        kept.append((near, far))
    kept.extend(os.eventfd(0) for _ in range(descriptors - open_now()))
    return kept


def start_holder(folder, number, descriptors):
    """The pid of a child that holds its descriptors already, or an error."""
    parent = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with(parent)
        os.close(reading)
        # As if the writing end were closed already: it is the last thing this one does.
        kept = hold(folder, number, descriptors + 1)
        os.write(writing, b"!")
        os.close(writing)
        while kept:
            signal.pause()
    os.close(writing)
    ready = os.read(reading, 1)
    os.close(reading)
    if ready != b"!":
        sys.exit(f"process {number} could not open {descriptors} descriptors")
    return pid


def end(children):
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def main(folder, processes, descriptors):
    set_descriptor_limit()
    children = []
    # SystemExit unwinds to the `finally` below wherever the signal comes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        for number in range(1, processes):
            children.append(start_holder(folder, number, descriptors))
        kept = hold(folder, 0, descriptors)
        print(json.dumps([os.getpid(), *children]), flush=True)
        while kept:
            signal.pause()
    finally:
        # A child that failed comes here too, and must not end its siblings.
        end(children if os.getpid() == LEADER else [])


LEADER = os.getpid()

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
