"""The table of kinds: name, function, what is counted, and the options whose defaults differ from the common ones."""

from dataclasses import dataclass, field
from typing import Callable

from . import healthy_connections as connections
from . import healthy_cycles as cycles
from . import healthy_files, healthy_workers
from . import healthy_inbound as inbound
from . import healthy_pools as pools
from . import leaked_anonymous as anonymous
from . import leaked_elsewhere as elsewhere
from . import leaked_files as files
from . import leaked_sockets as sockets
from . import leaked_tcp as tcp
from .short import short


@dataclass(frozen=True)
class Kind:
    name: str
    play: Callable
    defaults: dict = field(default_factory=dict)
    counts: str = "descriptors"

    @property
    def summary(self):
        return self.play.__doc__.strip()


LEAKS = [
    Kind("tcp", tcp.tcp),
    Kind("unread", tcp.unread),
    Kind("close-wait", tcp.close_wait, {"manner": "unread"}),
    Kind("ghost", tcp.ghost, {"manner": "mixed"}),
    Kind("syn-sent", tcp.syn_sent),
    Kind("accepted", tcp.accepted),
    Kind("server", tcp.server),
    Kind("heartbeat", tcp.heartbeat, {"period": 10}),
    Kind("past", tcp.past, {"rate": 1000}),
    Kind("peer-changing", tcp.peer_changing, {"count": 5, "period": 30}),
    Kind("udp", sockets.udp),
    Kind("udp-unbound", sockets.udp_unbound),
    Kind("unix", sockets.unix),
    Kind("unix-connected", sockets.unix_connected),
    Kind("netlink", sockets.netlink),
    Kind("packet", sockets.packet),
    Kind("raw", sockets.raw),
    Kind("vsock", sockets.vsock),
    Kind("file", files.file),
    Kind("deleted-file", files.deleted_file),
    Kind("dup", files.dup),
    Kind("pipe", files.pipe),
    Kind("fifo", files.fifo),
    Kind("memfd", files.memfd),
    Kind("tty", files.tty),
    Kind("device", files.device),
    Kind("eventfd", anonymous.eventfd),
    Kind("eventpoll", anonymous.eventpoll),
    Kind("timerfd", anonymous.timerfd),
    Kind("signalfd", anonymous.signalfd),
    Kind("inotify", anonymous.inotify),
    Kind("inotify-watches", anonymous.inotify_watches, counts="watches"),
    Kind("fanotify", anonymous.fanotify),
    Kind("pidfd", anonymous.pidfd),
    Kind("bpf", anonymous.bpf),
    Kind("userfaultfd", anonymous.userfaultfd),
    Kind("namespace", anonymous.namespace),
    Kind("io_uring", anonymous.io_uring),
    Kind("io_uring-fixed", anonymous.io_uring_fixed, counts="fixed files"),
    Kind("passed", elsewhere.passed, counts="descriptors in flight"),
    Kind("thread", elsewhere.thread, counts="descriptors of the thread"),
    Kind("forked", elsewhere.forked, {"count": 10}, counts="descriptors of parent and children"),
    Kind("bundle", elsewhere.bundle),
]

HEALTHY = [
    Kind("pool", pools.pool, {"rate": 600, "count": 20, "over": 60}),
    Kind("overflow", pools.overflow, {"count": 20, "period": 60}),
    Kind("recycling-pool", pools.recycling_pool, {"rate": 600, "count": 20, "lifetime": 30}),
    Kind("storm", pools.storm, {"rate": 600, "count": 100, "period": 60}),
    Kind("ramp", connections.ramp, {"over": 120, "lifetime": 4}),
    Kind("step", connections.step, {"after": 120, "lifetime": 6}),
    Kind("burst", connections.burst, {"count": 1000, "over": 20}),
    Kind("churn", connections.churn, {"rate": 3000}),
    Kind("short", short, {"rate": 600_000, "count": 2}, counts="descriptors of all processes"),
    Kind("sawtooth", cycles.sawtooth, {"period": 40}),
    Kind("collector", cycles.collector, {"period": 40, "manner": "both"}),
    Kind("queue-worker", cycles.queue_worker, {"count": 50, "period": 60}),
    Kind("keep-alive", inbound.keep_alive, {"count": 200}),
    Kind("idle-clients", inbound.idle_clients, {"count": 1000, "over": 20}),
    Kind("watchers", inbound.watchers, {"count": 300, "over": 240, "lifetime": 15}),
    Kind("subscribers", inbound.subscribers, {"rate": 60, "period": 15, "lifetime": 600}),
    Kind("log-rotate", healthy_files.log_rotate, {"rate": 240, "count": 4, "period": 5}),
    Kind("segments", healthy_files.segments, {"rate": 12, "count": 90, "period": 30, "lifetime": 600, "manner": "retained"}),
    Kind("fork", healthy_workers.fork, {"count": 200, "period": 5}),
    Kind("recycled-workers", healthy_workers.recycled_workers, {"rate": 600, "count": 200}, counts="descriptors of the workers"),
]

COMMON = {"rate": 60, "manner": "plain", "count": 20, "over": 60, "period": 40, "lifetime": 4, "after": 120}

KINDS = {kind.name: kind for kind in LEAKS + HEALTHY}
