"""Look-alikes that are servers: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

import select

TICK_SECONDS = 0.05


class Door:
    """A listener and its connections, watched by one epoll instance; answers each request, closes what the client closed."""

    def __init__(self, stage):
        self.stage = stage
        self.listener = stage.listen()
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.connections = {}
        self.watched = select.epoll()
        self.watched.register(self.listener, select.EPOLLIN)

    def turn(self):
        for number, _ in self.watched.poll(0, maxevents=4096):
            if number == self.listener.fileno():
                self._accept_all()
            else:
                self._answer(number)

    def _accept_all(self):
        while True:
            if self.stage.attempt(self._accept) is None:
                return

    def _accept(self):
        try:
            connection = self.listener.accept()[0]
        except BlockingIOError:
            return None
        connection.setblocking(False)
        self.connections[connection.fileno()] = self.stage.keep(connection)
        self.watched.register(connection, select.EPOLLIN)
        return connection

    def _answer(self, number):
        connection = self.connections[number]
        try:
            if connection.recv(4096):
                connection.sendall(b"200\n")
                return
        except BlockingIOError:
            return
        except ConnectionError:
            pass
        del self.connections[number]
        self.watched.unregister(number)
        self.stage.give_back(connection)


def _open_door(stage, clients, *arguments, each_tick=lambda door, at: None):
    door = Door(stage)
    stage.peer(clients, door.port, *arguments, has_ports=False)
    at = 0.0
    while True:
        at = max(at + TICK_SECONDS, stage.now())
        yield at
        door.turn()
        each_tick(door, at)


def keep_alive(stage):
    """mkleak is a server for --count 200 keep-alive clients that ask now and then and sometimes reconnect"""
    return _open_door(stage, "clients", stage.options.count)


def idle_clients(stage):
    """mkleak is a server for --count 1000 keep-alive clients that come within --over 20 s, ask once, and stay idle"""
    return _open_door(stage, "idle", stage.options.count, stage.options.over)


def watchers(stage):
    """an event loop whose one epoll instance watches ever more clients: up to --count 300 at a time after --over 240 s, each served and gone after about --lifetime 15 s"""
    return _open_door(stage, "visitors", stage.options.count, stage.options.over, stage.options.lifetime)


def subscribers(stage):
    """mkleak is a broker: --rate 60 clients a minute subscribe and stay (about --lifetime 600 s); each pings every --period 15 s, and is told news at times"""
    published = 0.0

    def publish(door, at):
        nonlocal published
        if at < published:
            return
        published = at + stage.random.expovariate(1 / 2.0)
        for connection in stage.random.sample(list(door.connections.values()), len(door.connections) // 10):
            try:
                connection.sendall(b"news\n")
            except OSError:
                pass  # it has just gone; the next turn closes it

    options = stage.options
    return _open_door(stage, "subscribers", options.rate, options.period, options.lifetime, each_tick=publish)
