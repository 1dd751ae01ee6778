"""Holds sockets of every kind. Prints {name: [number, inode]} as one line of JSON, then acts as its input says."""

import errno
import json
import os
import select
import socket
import sys

folder = sys.argv[1]
kept = {}


def keep(name, one):
    kept[name] = one
    return one


def inode(one):
    return os.fstat(one.fileno()).st_ino


def pair(name, family, host, client_host=None):
    listener = keep(name + " listener", socket.socket(family))
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if client_host else 1)
    listener.bind((host, 0))
    listener.listen(8)
    port = listener.getsockname()[1]
    client = keep(name + " client", socket.create_connection((client_host or host, port)))
    accepted = keep(name + " accepted", listener.accept()[0])
    return client, accepted


def has_six():
    """Whether this network namespace has a loopback address of IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
            return True
    except OSError:
        return False


def close_wait():
    client, accepted = pair("close-wait", socket.AF_INET, "127.0.0.1")
    kept.pop("close-wait accepted").close()
    select.select([client], [], [])


def unread():
    client, accepted = pair("unread", socket.AF_INET, "127.0.0.1")
    client.sendall(b"12345")
    select.select([accepted], [], [])


def time_wait():
    client, accepted = pair("time-wait", socket.AF_INET, "127.0.0.1")
    kept.pop("time-wait client").close()
    select.select([accepted], [], [])
    kept.pop("time-wait accepted").close()


def syn_sent():
    """A listener whose queue is full answers no more: who connects then waits."""
    listener = keep("full listener", socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for number in range(8):
        one = socket.socket()
        one.setblocking(False)
        if one.connect_ex(listener.getsockname()) not in (0, errno.EINPROGRESS):
            raise OSError("cannot connect")
        if not select.select([], [one], [], 0.3)[1]:
            keep("syn-sent", one)
            return
        keep("unaccepted %d" % number, one)
    raise OSError("the queue is never full")


def datagrams():
    bound = keep("udp bound", socket.socket(type=socket.SOCK_DGRAM))
    bound.bind(("127.0.0.1", 0))
    connected = keep("udp connected", socket.socket(type=socket.SOCK_DGRAM))
    connected.connect(bound.getsockname())
    connected.send(b"waits")
    select.select([bound], [], [])
    if has_six():
        six = keep("udp six", socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
        six.bind(("::1", 0))
    keep("udp unbound", socket.socket(type=socket.SOCK_DGRAM))


def unix():
    listener = keep("unix listener", socket.socket(socket.AF_UNIX))
    listener.bind(os.path.join(folder, "a b\u00e9"))
    listener.listen(8)
    client = keep("unix client", socket.socket(socket.AF_UNIX))
    client.connect(listener.getsockname())
    keep("unix accepted", listener.accept()[0]).send(b"waits")
    abstract = keep("unix abstract", socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    abstract.bind("\0descry %d\0x" % os.getpid())
    one, other = socket.socketpair()
    keep("unix pair", one)
    keep("unix other", other)


def others():
    keep("tcp unconnected", socket.socket())
    route = keep("netlink", socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
    route.bind((0, 0))
    for name, arguments in {
        "packet": (socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x88B5)),
        "raw": (socket.AF_INET, socket.SOCK_RAW, 253),
        "ping": (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
    }.items():
        try:
            keep(name, socket.socket(*arguments))
        except PermissionError:
            pass
    if "ping" in kept:
        kept["ping"].bind(("127.0.0.1", 0))


def connections(count):
    """So many connections, one after the other, each closed by both ends."""
    listener = kept.get("busy listener")
    if listener is None:
        listener = keep("busy listener", socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
    for _ in range(count):
        client = socket.create_connection(listener.getsockname())
        accepted = listener.accept()[0]
        client.close()
        accepted.close()
    return "127.0.0.1:%d" % listener.getsockname()[1]


def ask(count, times):
    """So many connections, one after the other, over each of which is asked and answered so many times."""
    address = connections(0)
    listener = kept["busy listener"]
    for _ in range(count):
        client = socket.create_connection(listener.getsockname())
        accepted = listener.accept()[0]
        for _ in range(times):
            client.sendall(b"question" * 100)
            accepted.recv(1000)
            accepted.sendall(b"answer")
            client.recv(1000)
        client.close()
        accepted.close()
    return address


def flood(count):
    """So many UDP sockets, one after the other: the kernel announces their ends as those of connections."""
    for _ in range(count):
        socket.socket(type=socket.SOCK_DGRAM).close()
    return count


def spread(count):
    """So many UDP sockets, each connected to another port, all closed at once."""
    ones = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(count)]
    for place, one in enumerate(ones):
        one.connect(("127.0.0.1", 20000 + place))
    for one in ones:
        one.close()


def hold(count):
    """So many connections to one listener that stay."""
    listener = keep("held listener", socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    for number in range(count):
        keep("held client %d" % number, socket.create_connection(listener.getsockname()))
        keep("held accepted %d" % number, listener.accept()[0])
    return "127.0.0.1:%d" % listener.getsockname()[1]


def drop():
    for name in [name for name in kept if name.startswith("held ") and name != "held listener"]:
        kept.pop(name).close()


acts = {"connections": connections, "ask": ask, "flood": flood, "spread": spread, "keep": hold, "drop": drop}
for act in sys.argv[2:]:
    if act == "all":
        pair("four", socket.AF_INET, "127.0.0.1")
        if has_six():
            pair("six", socket.AF_INET6, "::1")
            pair("mapped", socket.AF_INET6, "::", "127.0.0.1")
        close_wait()
        unread()
        time_wait()
        syn_sent()
        datagrams()
        unix()
        others()

print(json.dumps({name: [one.fileno(), inode(one)] for name, one in kept.items()}), flush=True)
for line in sys.stdin:
    act, *arguments = json.loads(line)
    print(json.dumps(acts[act](*arguments)), flush=True)
