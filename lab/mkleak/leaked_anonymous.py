"""Leaks of what the kernel gives a descriptor without a file (anon_inode), and of what hides behind one such descriptor."""

import itertools
import os
import select
import signal

from . import kernel, rings


def eventfd(stage):
    """eventfds"""
    return stage.each(lambda: stage.keep(os.eventfd(0)))


def eventpoll(stage):
    """epoll instances"""
    return stage.each(lambda: stage.keep(select.epoll()))


def timerfd(stage):
    """timerfds, never armed"""
    return stage.each(lambda: stage.keep(kernel.timerfd_create()))


def signalfd(stage):
    """signalfds"""
    return stage.each(lambda: stage.keep(kernel.signalfd({signal.SIGUSR2})))


def inotify(stage):
    """inotify instances: EMFILE comes at fs.inotify.max_user_instances (often 128), long before the descriptor limit"""
    return stage.each(lambda: stage.keep(kernel.inotify_init()))


def pidfd(stage):
    """pidfds of mkleak itself"""
    return stage.each(lambda: stage.keep(os.pidfd_open(os.getpid())))


def fanotify(stage):
    """fanotify groups: EMFILE comes at fs.fanotify.max_user_groups (often 128), long before the descriptor limit"""
    stage.must_be_allowed("fanotify", kernel.fanotify_init, "use Linux 5.13 or later, or run it as root")
    return stage.each(lambda: stage.keep(kernel.fanotify_init()))


def bpf(stage):
    """BPF maps (an array of one number each)"""
    stage.must_be_allowed("a BPF map", kernel.bpf_map_create, "run it as root, or with CAP_BPF")
    return stage.each(lambda: stage.keep(kernel.bpf_map_create()))


def userfaultfd(stage):
    """userfaultfds, for faults of user space only: an anonymous kind without a name of its own"""
    stage.must_be_allowed("userfaultfd", kernel.userfaultfd, "it needs CONFIG_USERFAULTFD")
    return stage.each(lambda: stage.keep(kernel.userfaultfd()))


def namespace(stage):
    """descriptors of the own network namespace, as a container engine forgets them: neither file nor anon_inode"""
    return stage.each(lambda: stage.keep(os.open("/proc/self/ns/net", os.O_RDONLY)))


def io_uring(stage):
    """io_uring instances"""
    stage.must_be_allowed("io_uring", rings.ring, "see the sysctl kernel.io_uring_disabled")
    return stage.each(lambda: stage.keep(rings.ring()))


def io_uring_fixed(stage):
    """connections that live on as fixed files of one io_uring, their descriptors closed; --manner file: files instead"""
    stage.must_be_allowed("io_uring", rings.ring, "see the sysctl kernel.io_uring_disabled")
    table = rings.FixedFiles()
    port = stage.serve("hold")
    numbers = itertools.count(1)

    def open_one():
        if stage.options.manner == "file":
            thing = open(os.path.join(stage.folder(), f"fixed-{next(numbers)}"), "wb")
        else:
            thing = stage.connect(port)
        with thing:
            table.add(thing.fileno())
        stage.count(opened=1)

    if stage.options.manner == "file":
        stage.folder()
    stage.remarks["ring"] = table.ring
    return stage.each(open_one)


def inotify_watches(stage):
    """watches of one inotify instance, each on a folder of its own: one descriptor, ever more behind it"""
    folder, watcher, numbers = stage.folder(), kernel.inotify_init(), itertools.count(1)
    stage.remarks["inotify"] = watcher

    def open_one():
        path = os.path.join(folder, f"watched-{next(numbers)}")
        os.mkdir(path)
        kernel.inotify_add_watch(watcher, path)
        stage.count(opened=1)

    return stage.each(open_one)
