"""The few system calls that Python 3.11 does not offer, by ctypes, and what a process sets for itself at its start."""

import ctypes
import os
import platform
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
CLOCK_MONOTONIC = 1
SFD_CLOEXEC = TFD_CLOEXEC = IN_CLOEXEC = O_CLOEXEC = 0o2000000
IN_MODIFY = 0x2
CLONE_FILES = 0x400
FAN_CLOEXEC, FAN_REPORT_FID = 0x1, 0x200
BPF_MAP_CREATE, BPF_MAP_TYPE_ARRAY = 0, 2
UFFD_USER_MODE_ONLY = 1
# arch/x86/entry/syscalls/syscall_64.tbl, and asm-generic/unistd.h for the rest.
SYS_BPF, SYS_USERFAULTFD = (321, 323) if platform.machine() == "x86_64" else (280, 282)


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def timerfd_create():
    return checked(libc.timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC))


def signalfd(signals):
    mask = (ctypes.c_ulong * 16)()
    for number in signals:
        mask[0] |= 1 << (number - 1)
    return checked(libc.signalfd(-1, ctypes.byref(mask), SFD_CLOEXEC))


def inotify_init():
    return checked(libc.inotify_init1(IN_CLOEXEC))


def inotify_add_watch(watcher, path):
    return checked(libc.inotify_add_watch(watcher, os.fsencode(path), IN_MODIFY))


def fanotify_init():
    """A group that reports file ids: the one kind of group that needs no right since Linux 5.13."""
    return checked(libc.fanotify_init(FAN_CLOEXEC | FAN_REPORT_FID, os.O_RDONLY))


def bpf_map_create():
    attributes = (ctypes.c_uint32 * 32)(BPF_MAP_TYPE_ARRAY, 4, 4, 1)  # union bpf_attr: type, key size, value size, entries
    return checked(libc.syscall(SYS_BPF, BPF_MAP_CREATE, ctypes.byref(attributes), ctypes.sizeof(attributes)))


def userfaultfd():
    return checked(libc.syscall(SYS_USERFAULTFD, O_CLOEXEC | UFFD_USER_MODE_ONLY))


def unshare_files():
    """From here on the calling thread has a table of descriptors of its own, a copy of the process's."""
    checked(libc.unshare(CLONE_FILES))


def die_with(parent_pid):
    """Have the kernel end this process when its parent dies, also when it died a moment before this call."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
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
