"""The table of kinds: name, function, and the options whose defaults differ from the common ones."""

from dataclasses import dataclass, field
from typing import Callable

from . import healthy_connections as connections
from . import healthy_files, leaked_files, leaked_sockets


@dataclass(frozen=True)
class Kind:
    name: str
    play: Callable
    defaults: dict = field(default_factory=dict)

    @property
    def summary(self):
        return self.play.__doc__.strip()


LEAKS = [
    Kind("tcp", leaked_sockets.tcp),
    Kind("unread", leaked_sockets.unread),
    Kind("close-wait", leaked_sockets.close_wait, {"manner": "unread"}),
    Kind("ghost", leaked_sockets.ghost, {"manner": "mixed"}),
    Kind("syn-sent", leaked_sockets.syn_sent),
    Kind("accepted", leaked_sockets.accepted),
    Kind("udp", leaked_sockets.udp),
    Kind("unix", leaked_sockets.unix),
    Kind("unix-connected", leaked_sockets.unix_connected),
    Kind("netlink", leaked_sockets.netlink),
    Kind("file", leaked_files.file),
    Kind("deleted-file", leaked_files.deleted_file),
    Kind("dup", leaked_files.dup),
    Kind("pipe", leaked_files.pipe),
    Kind("fifo", leaked_files.fifo),
    Kind("eventfd", leaked_files.eventfd),
    Kind("eventpoll", leaked_files.eventpoll),
    Kind("timerfd", leaked_files.timerfd),
    Kind("signalfd", leaked_files.signalfd),
    Kind("inotify", leaked_files.inotify),
    Kind("pidfd", leaked_files.pidfd),
    Kind("memfd", leaked_files.memfd),
]

HEALTHY = [
    Kind("pool", connections.pool, {"rate": 600, "count": 20, "over": 60}),
    Kind("ramp", connections.ramp, {"over": 120, "lifetime": 4}),
    Kind("step", connections.step, {"after": 120, "lifetime": 6}),
    Kind("sawtooth", connections.sawtooth, {"period": 40}),
    Kind("burst", connections.burst, {"count": 1000, "over": 20}),
    Kind("churn", connections.churn, {"rate": 3000}),
    Kind("overflow", connections.overflow, {"count": 20, "period": 60}),
    Kind("keep-alive", connections.keep_alive, {"count": 200}),
    Kind("log-rotate", healthy_files.log_rotate, {"rate": 240, "count": 4, "period": 5}),
    Kind("segments", healthy_files.segments, {"count": 90}),
    Kind("fork", healthy_files.fork, {"count": 200, "period": 5}),
]

COMMON = {"rate": 60, "manner": "plain", "count": 20, "over": 60, "period": 40, "lifetime": 4, "after": 120}

KINDS = {kind.name: kind for kind in LEAKS + HEALTHY}
