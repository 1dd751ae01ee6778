"""The server's side of mkleak."""

import select

TICK_SECONDS = 0.05


class Door:
    """A listener and its connections, watched by one epoll instance; answers each request, closes what the client closed, or not."""

    def __init__(self, stage, closes=True):
        self.stage = stage
        self.closes = closes
        self.listener = stage.listen()
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.connections = {}
        self.watched = select.epoll()
        self.watched.register(self.listener, select.EPOLLIN)

    def turns(self):
        """The steps of a kind: a look at what came, often enough for a person not to notice."""
        at = 0.0
        while True:
            at = max(at + TICK_SECONDS, self.stage.now())
            yield at
            self._turn()

    def _turn(self):
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
        if self.closes:
            self.stage.give_back(connection)
