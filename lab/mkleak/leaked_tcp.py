"""Leaks of TCP sockets, one function a kind: it sets the scene, then returns the steps that open one after another."""

import errno
import heapq
import select
import socket

from .door import Door
from .stage import LOOPBACK


def tcp(stage):
    """idle ESTABLISHED connections to a server in another process, never closed"""
    port = stage.serve("hold")
    return stage.each(lambda: stage.keep(stage.connect(port)))


def unread(stage):
    """ESTABLISHED connections with an answer that is never read (Recv-Q stays above zero); --manner large: 48 KiB each"""
    port = stage.serve("flood" if stage.options.manner == "large" else "talk")
    return stage.each(lambda: stage.keep(stage.connect(port)))


def close_wait(stage):
    """the server closes its end, mkleak does not; --manner unread (default) or read (the end was noticed: Recv-Q 0)"""
    port = stage.serve("close")

    def open_one():
        connection = stage.keep(stage.connect(port))
        if stage.options.manner == "read":
            connection.recv(1)

    return stage.each(open_one)


def ghost(stage):
    """TCP sockets in no table: --manner unconnected, refused, reset, shut, or mixed (default)"""
    reset_port, shut_port = stage.serve("reset", "shut")
    manners = {
        "unconnected": lambda: _unconnected(stage),
        "refused": lambda: _refused(stage),
        "reset": lambda: _reset(stage, reset_port),
        "shut": lambda: _shut(stage, shut_port),
    }
    if stage.options.manner not in ("mixed", *manners):
        raise SystemExit(f"mkleak: ghost knows the manners mixed, {', '.join(manners)}")
    turns = list(manners.values()) if stage.options.manner == "mixed" else [manners[stage.options.manner]]

    def open_one():
        turns[0]()
        turns.append(turns.pop(0))

    return stage.each(open_one)


def _unconnected(stage):
    stage.keep(socket.socket())


def _refused(stage):
    connection = socket.socket()
    # Port 1 (tcpmux) is listened on nowhere; should it be, this would be no ghost, so say so.
    if connection.connect_ex((LOOPBACK, 1)) != errno.ECONNREFUSED:
        connection.close()
        raise OSError(errno.EADDRINUSE, "port 1 answers")
    stage.keep(connection)


def _reset(stage, port):
    connection = socket.socket()
    connection.connect_ex((LOOPBACK, port))  # the reset may come so early that connecting already tells of it
    stage.keep(connection)
    _until(connection, select.POLLHUP | select.POLLERR)


def _shut(stage, port):
    connection = stage.keep(stage.connect(port))
    connection.recv(1)  # the other end's end
    connection.shutdown(socket.SHUT_WR)


def _until(connection, events):
    waiting = select.poll()
    waiting.register(connection, events)
    waiting.poll(1000)


def syn_sent(stage):
    """connects that never complete: each stays in SYN_SENT for about 130 s and is a ghost afterwards"""
    port = stage.peer("full").ports[0]
    stage.address = f"{LOOPBACK}:{port}"

    def open_one():
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex((LOOPBACK, port))
        stage.keep(connection)

    return stage.each(open_one)


def accepted(stage):
    """mkleak is the server: another process connects and holds, mkleak accepts and never closes"""
    listener = stage.listen()
    listener.settimeout(5)
    caller = stage.peer("caller", listener.getsockname()[1], outside=True)

    def open_one():
        caller.ask("connect")
        stage.keep(listener.accept()[0])

    return stage.each(open_one)


def server(stage):
    """a server for whoever connects to its address, which answers and never closes: CLOSE_WAIT; --manner closing: it does close"""
    return Door(stage, closes=stage.options.manner == "closing").turns()


def heartbeat(stage):
    """idle connections that are never closed, with a heartbeat each way every --period 10 s, as AMQP sends: no use, yet not silent"""
    port = stage.serve("answer")
    beats = []  # heap of (time, number, connection)
    for number, opening in enumerate(stage.schedule()):
        while beats and beats[0][0] <= opening:
            yield beats[0][0]
            at, beating, connection = beats[0]
            connection.sendall(b"\x08\0\0\0\0\0\0\xce")
            connection.recv(64)
            heapq.heapreplace(beats, (at + stage.options.period, beating, connection))
        yield opening
        connection = stage.attempt(lambda: stage.keep(stage.connect(port)))
        if connection is not None:
            heapq.heappush(beats, (opening + stage.options.period, number, connection))


def past(stage):
    """connections, each used once and then forgotten, until --limit is reached: then silence, as after a leak of the past"""
    port = stage.serve("answer")
    stage.remarks.update(full=None, pastPerMinute=None)
    for at in stage.schedule():
        yield at
        connection = stage.attempt(lambda: stage.keep(stage.connect(port)))
        if connection is None:
            break
        if stage.options.manner != "silent":
            connection.sendall(b"select 1\n")
            connection.recv(64)
    full = stage.now()
    stage.remarks.update(full=round(full, 3), pastPerMinute=round(stage.opens * 60 / full, 2))


def peer_changing(stage):
    """connections to one of --count 5 peers at a time, to the next one after every --period 30 s"""
    ports = stage.serve(*["hold"] * stage.options.count) if stage.options.count > 1 else [stage.serve("hold")]
    stage.remarks["peers"] = [f"{LOOPBACK}:{port}" for port in ports]
    return stage.each(lambda: stage.keep(stage.connect(ports[int(stage.now() / stage.options.period) % len(ports)])))
