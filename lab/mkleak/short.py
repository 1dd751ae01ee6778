"""Very many very short connections around whoever watches: each is opened and reset at once, so that no port stays in use."""

import os
import socket
import struct
import time

from .stage import LOOPBACK
from .tally import Tally
from .workers import fork_worker

RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # struct linger: no TIME_WAIT
BATCH_SECONDS = 0.01


def short(stage):
    """--rate 600000 connections a minute in all, by --count 2 processes, each reset at once; --manner plain: closed, with TIME_WAIT"""
    workers = max(1, min(stage.options.count, os.cpu_count() or 1))
    for _ in range(workers):
        tally = Tally(stage)
        fork_worker(stage, lambda tally=tally: _connect_for_ever(stage, tally, stage.options.rate / 60 / workers))
    stage.remarks["perSecond"] = None
    while True:
        yield stage.now() + 1
        report = stage.report()
        stage.remarks["perSecond"] = round(report["opens"] / report["t"], 1)


def _connect_for_ever(stage, tally, per_second):
    """Both ends in one process: connecting, accepting and closing in turn never waits for anybody."""
    listener = socket.create_server((LOOPBACK, 0), backlog=16)
    address, resets = listener.getsockname(), stage.options.manner != "plain"
    begun, done = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - begun) * per_second)
        for _ in range(due - done):
            connection = socket.socket()
            connection.connect(address)
            if resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            other = listener.accept()[0]
            connection.close()
            other.close()
        tally.add(opens=due - done, opened=2 * (due - done), closed=2 * (due - done))
        if time.monotonic() - begun - due / per_second > 1:  # too slow for the rate: what was missed is not made up for
            begun = time.monotonic() - due / per_second
        done = due
        time.sleep(BATCH_SECONDS)
