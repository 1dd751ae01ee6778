"""Look-alikes that are servers: everything here is given back, sooner or later, as the named program would.

Each is a generator that yields the time, in seconds since the start, at which it wants to go on.
"""

from .door import Door


def _open_door(stage, clients, *arguments, each_tick=lambda door, at: None):
    door = Door(stage)
    stage.peer(clients, door.port, *arguments, outside=True)
    for at in door.turns():
        yield at
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
