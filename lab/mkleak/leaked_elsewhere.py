"""Leaks that are not, or not only, in the table of descriptors where one looks first."""

import array
import os
import queue
import select
import socket
import threading

from . import kernel
from .workers import fork_idle

SO_SNDBUFFORCE = 32  # asm-generic/socket.h


def passed(stage):
    """connections sent over a unix socket (SCM_RIGHTS) and closed here, never received: in flight, in nobody's table"""
    port = stage.serve("hold")
    sender, receiver = socket.socketpair()
    try:
        sender.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 64 << 20)
    except PermissionError:
        pass  # then EAGAIN comes after some 280 of them, and is counted
    sender.setblocking(False)
    stage.remarks["receiver"] = receiver.fileno()
    rights = lambda connection: [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [connection.fileno()]))]  # noqa: E731

    def open_one():
        with stage.connect(port) as connection:
            sender.sendmsg([b"x"], rights(connection))
        stage.count(opened=1)

    stage.holds = (sender, receiver)
    return stage.each(open_one)


def thread(stage):
    """connections in the descriptor table of one thread (unshare CLONE_FILES), not the process's; --manner file: files"""
    port = None if stage.options.manner == "file" else stage.serve("hold")
    path = os.path.join(stage.folder(), "of-the-thread") if port is None else None
    orders, done = queue.SimpleQueue(), queue.SimpleQueue()

    def own_table():
        kernel.unshare_files()
        done.put(threading.get_native_id())
        while True:
            orders.get()
            done.put(stage.attempt(leak_one))

    def leak_one():
        if port is None:
            os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        else:
            stage.connect(port).detach()  # a number of this thread's table; nothing of Python may ever close it
        return stage.count(opened=1)

    def open_one():
        orders.put("open")
        done.get()

    threading.Thread(target=own_table, daemon=True).start()
    stage.threads.append(done.get())
    return stage.each(open_one)


def forked(stage):
    """connections that the parent closes, but for every --count 10 of them it had forked a child that holds them for ever"""
    port = stage.serve("hold")
    pending = []

    def open_one():
        pending.append(stage.connect(port))
        stage.count(opened=1)
        if len(pending) >= stage.options.count:
            fork_idle(stage)
            for connection in pending:
                connection.close()
            pending.clear()

    return stage.each(open_one)


def bundle(stage):
    """clients that are never shut down: a connection, an eventfd and an epoll instance each, as a leaked Java HttpClient"""
    port = stage.serve("answer")

    def open_one():
        connection = stage.connect(port)
        connection.sendall(b"GET\n")
        connection.recv(64)
        stage.keep(connection, *_selector(connection))

    return stage.each(open_one)


def _selector(connection):
    selector = select.epoll()
    wake = os.eventfd(0)
    selector.register(connection, select.EPOLLIN)
    selector.register(wake, select.EPOLLIN)
    return wake, selector
