#!/usr/bin/python3
"""mkleak-peer PARENT serve MANNER[@PORT]... | full | caller PORT | POPULATION PORT NUMBER... | tidy FOLDER

The populations are those of mkleak/callers.py.

The other end of mkleak's sockets. PARENT is "outside" when it is no child. Prints its pid and ports as one JSON line, ends when its standard input does.
"""

import json
import os
import select
import selectors
import shutil
import signal
import socket
import struct
import sys

sys.dont_write_bytecode = True

from mkleak import kernel  # noqa: E402
from mkleak.callers import POPULATIONS  # noqa: E402

LOOPBACK = "127.0.0.1"

ANSWERS_AT_ONCE = {"talk": b"an answer that nobody reads\n" * 8, "flood": bytes(48 << 10)}
HTTP_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"


def announce(ports):
    sys.stdout.write(json.dumps({"pid": os.getpid(), "ports": ports}) + "\n")
    sys.stdout.flush()


def listener_of(manner):
    if manner.startswith("unix:"):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(manner[5:])
        listener.listen(1024)
        return listener
    _, _, port = manner.partition("@")
    return socket.create_server((LOOPBACK, int(port or 0)), backlog=1024)


def greet(connection, manner):
    """What this end does with a connection just accepted; true when it holds it from now on."""
    if manner == "close":
        connection.close()
        return False
    if manner == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        return False
    if manner == "shut":
        connection.shutdown(socket.SHUT_WR)
    if manner in ANSWERS_AT_ONCE:
        connection.sendall(ANSWERS_AT_ONCE[manner])
    return True


def serve(manners):
    """hold: keep it open · answer: echo · http · talk, flood: say something first · close · reset · shut: end one direction."""
    ready = selectors.DefaultSelector()
    ready.register(sys.stdin, selectors.EVENT_READ, "end")
    listeners = [listener_of(manner) for manner in manners]
    for listener, manner in zip(listeners, manners):
        listener.setblocking(False)
        ready.register(listener, selectors.EVENT_READ, manner.partition("@")[0])
    announce([0 if m.startswith("unix:") else l.getsockname()[1] for l, m in zip(listeners, manners)])
    listening = set(listeners)
    while True:
        for key, _ in ready.select():
            if key.data == "end":
                return
            if key.fileobj in listening:
                accept_all(ready, key.fileobj, key.data)
            else:
                hear(ready, key.fileobj, key.data)


def accept_all(ready, listener, manner):
    while True:
        try:
            connection = listener.accept()[0]
        except BlockingIOError:
            return
        if greet(connection, manner):
            ready.register(connection, selectors.EVENT_READ, manner)


def hear(ready, connection, manner):
    """Echo what was said; close when the other end did: this end must not leak by itself."""
    try:
        said = connection.recv(4096)
    except ConnectionError:
        said = b""
    if not said:
        ready.unregister(connection)
        connection.close()
    elif manner == "answer":
        connection.sendall(said)
    elif manner == "http" and said.endswith(b"\r\n\r\n"):  # a short GET comes in one piece over loopback
        connection.sendall(HTTP_ANSWER)


def full():
    """A listener whose queue is full, so that every further connection stays in SYN_SENT."""
    listener = socket.create_server((LOOPBACK, 0), backlog=0)
    address = listener.getsockname()
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        fillers.append(filler)
        filler.setblocking(False)
        filler.connect_ex(address)
        if not select.select([], [filler], [], 0.3)[1]:
            break
    filler.close()  # the one that waits in vain
    announce([address[1]])
    sys.stdin.read()


def caller(port):
    """Connects once for each line of standard input, and holds on."""
    announce([])
    held = []
    for _ in sys.stdin:
        held.append(socket.create_connection((LOOPBACK, port)))


def tidy(folder):
    """Outlives a killed parent by a moment, to remove what it left."""
    announce([])
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)


def main(parent, what, *arguments):
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal reaches the whole group; the parent decides
    kernel.set_comm("mkleak-peer")
    kernel.set_descriptor_limit()
    if what == "tidy":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return tidy(arguments[0])
    if parent != "outside":
        kernel.die_with(int(parent))
    if what == "serve":
        return serve(arguments)
    if what == "full":
        return full()
    if what == "caller":
        return caller(int(arguments[0]))
    announce([])
    return POPULATIONS[what](int(arguments[0]), *map(number, arguments[1:]))


def number(text):
    return float(text) if "." in text else int(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
