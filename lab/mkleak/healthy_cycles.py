"""Look-alikes that hold more and more for a while and then let go of all of it: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

import gc
import os

from .exchange import query


def sawtooth(stage):
    """opens --rate 60 a minute and closes all of them every --period 40 s, as a garbage collector does"""
    port = stage.serve("hold")
    schedule = stage.schedule()
    opening, falling = next(schedule), stage.options.period
    held = []
    while True:
        yield min(opening, falling)
        if opening <= falling:
            held.append(stage.keep(stage.connect(port)))
            opening = next(schedule)
        else:
            for connection in held:
                stage.give_back(connection)
            held.clear()
            falling += stage.options.period


class _Dropped:
    """What nobody refers to any more but itself: only a collection of garbage finds it, and closes what it holds."""

    def __init__(self, stage, thing):
        self.stage, self.thing, self.itself = stage, thing, self

    def __del__(self):
        if self.stage.keeps(self.thing):  # at the end of the process all has been given back before
            self.stage.give_back(self.thing)


def collector(stage):
    """--rate 60 connections and as many files a minute, used once and dropped unclosed; a garbage collection every --period 40 s closes them; --manner sockets, files or both (default)"""
    port, folder, manner = stage.serve("answer"), stage.folder(), stage.options.manner
    if manner not in ("both", "sockets", "files"):
        raise RuntimeError("collector knows the manners both, sockets, files")
    gc.disable()
    opening, collection = stage.schedule(), stage.options.period
    at = next(opening)
    while True:
        yield min(at, collection)
        if collection < at:
            gc.collect()
            collection += stage.options.period
            continue
        if manner != "files":
            stage.attempt(lambda: _Dropped(stage, _used_connection(stage, port)))
        if manner != "sockets":
            stage.attempt(lambda: _Dropped(stage, _used_file(stage, os.path.join(folder, f"cache-{stage.opens}"))))
        at = next(opening)


def _used_connection(stage, port):
    connection = stage.keep(stage.connect(port))
    query(connection)
    return connection


def _used_file(stage, path):
    descriptor = stage.keep(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    os.write(descriptor, b"an entry of the cache\n")
    return descriptor


def queue_worker(stage):
    """a batch of --count 50 jobs every --period 60 s: each opens a connection and a file as it starts; all are closed when the batch is done"""
    port, folder = stage.serve("answer"), stage.folder()
    begun = 0.0
    while True:
        held = []
        for number in range(stage.options.count):
            yield begun + number * 0.5 * stage.options.period / stage.options.count
            connection = _used_connection(stage, port)
            held += [connection, _used_file(stage, os.path.join(folder, f"job-{number}"))]
        yield begun + 0.7 * stage.options.period
        for thing in held:
            stage.give_back(thing)
        begun += stage.options.period
