"""Look-alikes made of connections: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

import heapq
import math


def query(connection):
    connection.sendall(b"select 1\n")
    connection.recv(64)


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


def _visits(stage, rate_at):
    """Connections that arrive at rate_at(t) a minute, ask once, stay for about --lifetime seconds, ask again and go."""
    port = stage.serve("answer")
    leaving = []  # heap of (time, number, connection)
    number = 0
    arrival = stage.gap(rate_at(0.0))
    while True:
        if leaving and leaving[0][0] <= arrival:
            yield leaving[0][0]
            connection = heapq.heappop(leaving)[2]
            query(connection)
            stage.give_back(connection)
            continue
        yield arrival
        connection = stage.attempt(lambda: stage.keep(stage.connect(port)))
        if connection is not None:
            query(connection)
            number += 1
            heapq.heappush(leaving, (arrival + stage.options.lifetime * stage.random.uniform(0.5, 1.5), number, connection))
        arrival += stage.gap(rate_at(arrival))


def ramp(stage):
    """short connections (--lifetime 4 s), from --rate 60 a minute to ten times that over --over 120 s, then steady"""
    return _visits(stage, lambda t: stage.options.rate * (1 + 9 * min(1.0, t / stage.options.over)))


def step(stage):
    """connections of --lifetime 6 s at --rate 60 a minute, five times that from --after 120 s on"""
    return _visits(stage, lambda t: stage.options.rate * (5 if t >= stage.options.after else 1))


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


def burst(stage):
    """--count 1000 clients connect within --over 20 s and stay idle"""
    port = stage.serve("hold")
    for number in range(1, stage.options.count + 1):
        yield number * stage.options.over / stage.options.count
        stage.attempt(lambda: stage.keep(stage.connect(port)))


def churn(stage):
    """--rate 3000 connections a minute, each closed at once by mkleak: thousands of TIME_WAIT, nothing held"""
    port = stage.serve("answer")
    for at in stage.schedule():
        yield at
        connection = stage.attempt(lambda: stage.keep(stage.connect(port)))
        if connection is not None:
            query(connection)
            stage.give_back(connection)


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


def keep_alive(stage):
    """mkleak is a server for --count 200 keep-alive clients that ask now and then and sometimes reconnect"""
    listener = stage.listen()
    listener.setblocking(False)
    stage.peer("clients", listener.getsockname()[1], stage.options.count, has_ports=False)
    connections = set()
    at = 0.0
    while True:
        at = max(at + 0.02, stage.now())
        yield at
        _accept_ready(stage, listener, connections)
        for connection in list(connections):
            _answer_ready(stage, connection, connections)


def _accept_ready(stage, listener, connections):
    while True:
        try:
            connection = listener.accept()[0]
        except BlockingIOError:
            return
        connection.setblocking(False)
        connections.add(stage.keep(connection))


def _answer_ready(stage, connection, connections):
    try:
        asked = connection.recv(4096)
    except BlockingIOError:
        return
    except ConnectionError:
        asked = b""
    if asked:
        connection.sendall(b"200\n")
    else:
        connections.discard(connection)
        stage.give_back(connection)
