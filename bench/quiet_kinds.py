"""What the processes of the quiet host hold: one function a kind, which opens so many descriptors and gives what must be kept."""

import ctypes
import errno
import os
import select
import socket
import struct

from mkleak import kernel

# Closing sends a reset: 10,000 connections in TIME_WAIT would outlive the bench by a minute.
RESET_ON_CLOSE = (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
# Numbers of system calls that neither Python 3.11 nor the C library has a function for: asm-generic, x86-64 differs.
BPF = {"x86_64": 321}.get(os.uname().machine, 280)
IO_URING_SETUP = 425
FAN_CLASS_NOTIF_CLOEXEC = 1
O_CLOEXEC = os.O_CLOEXEC

_libc = ctypes.CDLL(None, use_errno=True)


def _opened(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


class Place:
    """Where one process makes its files and sockets."""

    def __init__(self, folder, number):
        self.folder = folder
        self.number = number
        self.listener = None

    def path(self, name):
        return os.path.join(self.folder, f"{self.number}-{name}")

    def listen(self):
        self.listener = self.listener or socket.create_server(("127.0.0.1", 0))
        return self.listener.getsockname()


def tcp(place, count):
    """Both ends of connections to a listener of the same process, each used once, and the listener."""
    kept = []
    address = place.listen()
    for _ in range((count - 1) // 2):
        near = socket.create_connection(address)
        far = place.listener.accept()[0]
        for end in (near, far):
            end.setsockopt(*RESET_ON_CLOSE)
        near.send(b"?")
        far.recv(1)
        far.send(b"!")
        near.recv(1)
        kept += [near, far]
    return kept


def file(place, count):
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return [os.open(place.path(f"{at}.log"), flags, 0o600) for at in range(count)]


def deleted_file(place, count):
    kept = []
    for at in range(count):
        path = place.path(f"{at}.tmp")
        kept.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        os.unlink(path)
    return kept


def dup(place, count):
    one = os.open(place.path("shared.log"), os.O_WRONLY | os.O_CREAT, 0o600)
    return [one] + [os.dup(one) for _ in range(count - 1)]


def fifo(place, count):
    path = place.path("fifo")
    os.mkfifo(path)
    return [os.open(path, os.O_RDWR) for _ in range(count)]


def pipe(_, count):
    return [os.pipe() for _ in range(count // 2)]


def unix(_, count):
    return [socket.socketpair() for _ in range(count // 2)]


def unix_bound(place, count):
    kept = []
    for at in range(count):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # Abstract, since a path may be too long for an address.
        one.bind(f"\0quiet-{os.path.basename(place.folder)}-{place.number}-{at}")
        kept.append(one)
    return kept


def udp(place, count):
    """Half of them connected, half bound."""
    kept = []
    for at in range(count):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if at % 2 == 0:
            one.connect(("127.0.0.1", 9))
        else:
            one.bind(("127.0.0.1", 0))
        kept.append(one)
    return kept


def netlink(_, count):
    kept = [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) for _ in range(count)]
    for one in kept:
        one.bind((0, 0))
    return kept


def packet(_, count):
    return [socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) for _ in range(count)]


def raw(_, count):
    return [socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) for _ in range(count)]


def eventfd(_, count):
    return [os.eventfd(0) for _ in range(count)]


def eventpoll(_, count):
    return [select.epoll() for _ in range(count)]


def timerfd(_, count):
    return [kernel.timerfd_create() for _ in range(count)]


def signalfd(_, count):
    return [kernel.signalfd([1]) for _ in range(count)]


def inotify(place, count):
    return [kernel.inotify_init() for _ in range(of_few(place, count))]


def of_few(place, count):
    """A user has 128 of these on the whole host, which others need too: every fourth process takes them."""
    return count if place.number % 4 == 0 else 0


def fanotify(place, count):
    return [_opened(_libc.fanotify_init(FAN_CLASS_NOTIF_CLOEXEC, O_CLOEXEC)) for _ in range(of_few(place, count))]


def pidfd(_, count):
    return [os.pidfd_open(os.getpid()) for _ in range(count)]


def memfd(_, count):
    return [os.memfd_create(f"memory {at}") for at in range(count)]


def tty(_, count):
    return [os.openpty() for _ in range(count // 2)]


def device(_, count):
    return [os.open("/dev/null", os.O_RDWR | O_CLOEXEC) for _ in range(count)]


def io_uring(_, count):
    # struct io_uring_params, all zero: the kernel fills it in.
    return [_opened(_libc.syscall(IO_URING_SETUP, 1, ctypes.create_string_buffer(120))) for _ in range(count)]


def bpf(_, count):
    # BPF_MAP_CREATE of an array of one entry of four bytes.
    array = struct.pack("IIIII", 2, 4, 4, 1, 0).ljust(128, b"\0")
    return [_opened(_libc.syscall(BPF, 0, array, len(array))) for _ in range(count)]


# Of a thousand descriptors of a process so many of each; eventfds make up the rest.
EVERY_KIND = {
    tcp: 202,
    file: 160,
    pipe: 160,
    unix: 100,
    eventpoll: 80,
    timerfd: 40,
    udp: 40,
    deleted_file: 20,
    signalfd: 20,
    pidfd: 20,
    memfd: 20,
    unix_bound: 10,
    netlink: 10,
    device: 10,
    fifo: 4,
    packet: 4,
    tty: 4,
    raw: 2,
    inotify: 2,
    fanotify: 2,
    io_uring: 2,
    bpf: 2,
}
# Connections and little else.
CONNECTIONS = {tcp: 980}
# What costs the kernel least.
CHEAP_KINDS = {pipe: 500, dup: 200}

# What a host may refuse: limits of a user, rights, a kernel without it. Then there are eventfds instead.
REFUSALS = {errno.EMFILE, errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ENOMEM}


def hold(place, shares, descriptors):
    """Opens until this process has that many; what it returns must be kept."""
    kept = []
    for opener, share in shares.items():
        count = descriptors * share // 1000
        if count == 0:
            continue
        try:
            kept.append(opener(place, count))
        except OSError as error:
            if error.errno not in REFUSALS:
                raise
    kept.append(eventfd(place, descriptors - open_now()))
    return kept


def open_now():
    # Listing opens one more.
    return len(os.listdir("/proc/self/fd")) - 1
