"""The clients of mkleak's servers. Each ends when its standard input does, or when the server is gone."""

import heapq
import random
import select
import socket
import sys
import time

LOOPBACK = "127.0.0.1"


class Clients:
    """Things to do at their times, and answers to be read whenever they come; the base of every population here."""

    def __init__(self, port):
        self.port = port
        self.chance = random.Random(7)
        self.begun = time.monotonic()
        self.due = []  # heap of (seconds since the start, number, what to do)
        self.number = 0
        self.answers = select.epoll()
        self.connections = {}  # by descriptor

    def at(self, seconds, do, *arguments):
        self.number += 1
        heapq.heappush(self.due, (seconds, self.number, lambda: do(seconds, *arguments)))

    def run(self):
        try:
            while self._wait():
                heapq.heappop(self.due)[2]()
        except OSError:
            return  # the server is ending

    def _wait(self):
        """Until the next thing is due; false when the end has come."""
        while True:
            left = self.due[0][0] - (time.monotonic() - self.begun) if self.due else None
            if left is not None and left <= 0:
                return True
            for ready in select.select([sys.stdin, self.answers], [], [], left)[0]:
                if ready is sys.stdin:
                    return False
                self._read_answers()

    def _read_answers(self):
        for descriptor, _ in self.answers.poll(0):
            if not self.connections[descriptor].recv(4096):
                raise ConnectionResetError

    def connect(self):
        connection = socket.create_connection((LOOPBACK, self.port), timeout=5)
        self.connections[connection.fileno()] = connection
        self.answers.register(connection, select.EPOLLIN)
        return connection

    def leave(self, connection):
        del self.connections[connection.fileno()]
        self.answers.unregister(connection)
        connection.close()


def clients(port, count):
    """Keep-alive clients: a request now and then on an open connection, and sometimes a new connection."""
    all_of_them = Clients(port)
    chance = all_of_them.chance

    def ask(at, connection):
        connection = connection or all_of_them.connect()
        connection.sendall(b"GET\n")
        if chance.random() < 0.1:
            all_of_them.leave(connection)
            connection = None
        all_of_them.at(at + chance.uniform(3, 15), ask, connection)

    for number in range(count):
        all_of_them.at(10.0 * number / count, ask, None)
    all_of_them.run()


def idle(port, count, over):
    """Each comes, asks once, and stays."""
    all_of_them = Clients(port)
    for number in range(count):
        all_of_them.at(over * number / count, lambda _: all_of_them.connect().sendall(b"GET\n"))
    all_of_them.run()


def visitors(port, count, over, lifetime):
    """Come ever faster until there are `count` at a time after `over` seconds; each asks three times in its lifetime, and goes."""
    all_of_them = Clients(port)
    chance = all_of_them.chance

    def come(at):
        connection, stays = all_of_them.connect(), lifetime * chance.uniform(0.5, 1.5)
        for part in (0, 0.4, 0.8):
            all_of_them.at(at + part * stays, lambda _: connection.sendall(b"GET\n"))
        all_of_them.at(at + stays, lambda _: all_of_them.leave(connection))
        per_second = count / lifetime * min(1.0, max(0.02, at / over))
        all_of_them.at(at + chance.expovariate(per_second), come)

    all_of_them.at(0.0, come)
    all_of_them.run()


def subscribers(port, rate, period, lifetime):
    """`rate` a minute come; each pings about every `period` seconds, and leaves after a time of which `lifetime` is the mean."""
    all_of_them = Clients(port)
    chance = all_of_them.chance

    def come(at):
        connection = all_of_them.connect()
        ping(at, connection, at + chance.expovariate(1 / lifetime))
        all_of_them.at(at + chance.expovariate(rate / 60), come)

    def ping(at, connection, leaves):
        if at >= leaves:
            return all_of_them.leave(connection)
        connection.sendall(b"PING\n")
        return all_of_them.at(min(leaves, at + period * chance.uniform(0.8, 1.2)), ping, connection, leaves)

    all_of_them.at(0.0, come)
    all_of_them.run()


POPULATIONS = {population.__name__: population for population in (clients, idle, visitors, subscribers)}
