#!/usr/bin/python3
"""keep KEPT SECONDS: a test run of SECONDS that opens 20 connections and closes them, and KEPT more that it does not close.

For tests of `descry exec`: `keep 20 8` must fail, `keep 0 8` must pass. One process and nothing else: what it connects to is its own
listener, which never accepts, so that each connection is one descriptor. `--port` connects to a server of yours instead; `--thing file`
keeps deleted files instead of connections; `--background` leaves a child behind that holds what was kept until --stays is over;
`--exit` is its exit status. It prints one line at the end: {"kept", "used", "seconds"}, and "background", the
pid of that child, where there is one.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time

LOOPBACK = "127.0.0.1"
USED = 20


def options_of(arguments):
    parse = argparse.ArgumentParser(prog="keep", description=__doc__.splitlines()[0])
    parse.add_argument("kept", type=int, metavar="KEPT")
    parse.add_argument("seconds", type=float, metavar="SECONDS")
    parse.add_argument("--port", type=int, help="of a server on the loopback address")
    parse.add_argument("--thing", choices=["connection", "file"], default="connection")
    parse.add_argument("--background", action="store_true")
    parse.add_argument("--stays", type=float, default=10.0, metavar="SECONDS", help="how long the child of --background lives")
    parse.add_argument("--exit", type=int, default=0, metavar="STATUS")
    return parse.parse_args(arguments)


def opener(options):
    if options.thing == "file":
        return tempfile.TemporaryFile
    port = options.port
    if port is None:
        listener = socket.create_server((LOOPBACK, 0), backlog=USED + options.kept)
        port = listener.getsockname()[1]
        return lambda listener=listener: socket.create_connection((LOOPBACK, port))
    return lambda: socket.create_connection((LOOPBACK, port))


def play(options):
    """Evenly over the time; those to be closed are closed at once and come in between."""
    open_one, kept = opener(options), []
    total = USED + options.kept
    begun = time.monotonic()
    for number in range(total):
        time.sleep(max(0.0, begun + number * options.seconds / total - time.monotonic()))
        thing = open_one()
        if len(kept) * total < options.kept * (number + 1):
            kept.append(thing)
        else:
            thing.close()
    time.sleep(max(0.0, begun + options.seconds - time.monotonic()))
    return kept


def leave_a_child(seconds):
    """As a server that a test starts and forgets. It lets go of the terminal and of whoever reads our output. Its pid, to the parent."""
    if child := os.fork():
        return child
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    time.sleep(seconds)
    os._exit(0)


def main(arguments):
    options = options_of(arguments)
    kept = play(options)
    line = {"kept": len(kept), "used": USED, "seconds": options.seconds}
    if options.background:
        line["background"] = leave_a_child(options.stays)
    print(json.dumps(line), flush=True)
    os._exit(options.exit)  # nothing is closed but by the kernel, at the very end


if __name__ == "__main__":
    main(sys.argv[1:])
