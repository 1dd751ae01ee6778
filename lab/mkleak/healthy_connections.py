"""Look-alikes made of connections that come and go: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

import heapq

from .exchange import query


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
