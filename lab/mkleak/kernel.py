"""The few system calls that Python 3.11 does not offer, by ctypes, and what a process sets for itself at its start."""

import ctypes
import os
import resource
import signal

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
CLOCK_MONOTONIC = 1
SFD_CLOEXEC = TFD_CLOEXEC = IN_CLOEXEC = 0o2000000


def _checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def timerfd_create():
    return _checked(_libc.timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC))


def signalfd(signals):
    mask = (ctypes.c_ulong * 16)()
    for number in signals:
        mask[0] |= 1 << (number - 1)
    return _checked(_libc.signalfd(-1, ctypes.byref(mask), SFD_CLOEXEC))


def inotify_init():
    return _checked(_libc.inotify_init1(IN_CLOEXEC))


def die_with(parent_pid):
    """Have the kernel end this process when its parent dies, also when it died a moment before this call."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


def set_comm(name):
    with open("/proc/self/comm", "w") as comm:
        comm.write(name)


def set_descriptor_limit(soft=None):
    """The soft limit asked for, or as high as the hard one."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = hard if soft is None else soft
    if hard != resource.RLIM_INFINITY and (wanted == resource.RLIM_INFINITY or wanted > hard):
        wanted = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
