"""Look-alikes made of pools of connections: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

import heapq
import math

from .exchange import query


def pool(stage):
    """a pool of --count 20 filling up over --over 60 s, then used in turn, --rate 600 queries a minute"""
    port = stage.serve("answer")
    connections = []
    for at in stage.schedule():
        yield at
        due = min(stage.options.count, 1 + int(stage.options.count * at / stage.options.over))
        while len(connections) < due:
            connections.append(stage.keep(stage.connect(port)))
        query(connections[0])
        connections.append(connections.pop(0))


def overflow(stage):
    """a pool of --count 20 with up to 10 overflow connections, opened and closed under a load that swings every --period 60 s"""
    port = stage.serve("answer")
    idle, returning = [], []  # returning: heap of (time, number, connection)
    number = total = 0
    arrival = 0.0
    while True:
        if returning and returning[0][0] <= arrival:
            yield returning[0][0]
            connection = heapq.heappop(returning)[2]
            query(connection)
            if len(idle) < stage.options.count:
                idle.append(connection)
            else:  # the pool is full of idle ones: an overflow connection is closed
                stage.give_back(connection)
                total -= 1
            continue
        yield arrival
        if idle or total < stage.options.count + 10:
            connection = idle.pop(0) if idle else stage.keep(stage.connect(port))
            total = len(idle) + len(returning) + 1
            query(connection)
            number += 1
            heapq.heappush(returning, (arrival + stage.random.uniform(0.5, 1.5), number, connection))
        swing = 16 - 14 * math.cos(2 * math.pi * arrival / stage.options.period)  # 2 to 30 in use at a time
        arrival += stage.random.expovariate(swing)


def recycling_pool(stage):
    """a pool of --count 20 that replaces each connection after about --lifetime 30 s, --rate 600 queries a minute"""
    port = stage.serve("answer")
    lifetime = lambda: stage.options.lifetime * stage.random.uniform(0.8, 1.2)  # noqa: E731
    connections = [(lifetime() * stage.random.random(), stage.keep(stage.connect(port))) for _ in range(stage.options.count)]
    for at in stage.schedule():
        yield at
        due, connection = connections.pop(0)
        query(connection)
        if at >= due:  # as HikariCP: the new one is there before the old one goes
            due, old, connection = at + lifetime(), connection, stage.keep(stage.connect(port))
            stage.give_back(old)
        connections.append((due, connection))


def storm(stage):
    """--count 100 clients of a peer that restarts every --period 60 s: all are cut off, and all connect again at once"""
    port = stage.serve("answer")
    connections = [stage.keep(stage.connect(port)) for _ in range(stage.options.count)]
    restart = stage.options.period
    for at in stage.schedule():
        yield at
        if at >= restart:
            restart += stage.options.period
            stage.peers.pop().end()
            yield at + 0.2
            stage.peer("serve", f"answer@{port}")
        number = stage.random.randrange(len(connections))
        if not _usable(connections[number]):
            # The first failure empties the whole pool, as a pool does that tests what it has.
            for place, connection in enumerate(connections):
                connections[place] = stage.keep(stage.connect(port))
                stage.give_back(connection)


def _usable(connection):
    try:
        connection.sendall(b"select 1\n")
        return connection.recv(64) != b""
    except OSError:
        return False
