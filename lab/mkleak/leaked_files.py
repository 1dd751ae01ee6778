"""Leaks of files and of the kernel's anonymous descriptors, one function a kind."""

import itertools
import os
import select
import signal

from . import kernel


def file(stage):
    """distinct files of a temporary folder, open for writing"""
    numbers = itertools.count(1)

    def open_one():
        path = os.path.join(stage.folder(), f"upload-{next(numbers)}.part")
        stage.keep(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))

    stage.folder()
    return stage.each(open_one)


def deleted_file(stage):
    """files that are deleted while they stay open"""
    numbers = itertools.count(1)

    def open_one():
        path = os.path.join(stage.folder(), f"spool-{next(numbers)}")
        stage.keep(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        os.unlink(path)

    stage.folder()
    return stage.each(open_one)


def fifo(stage):
    """named pipes, each opened once for reading and writing"""
    numbers = itertools.count(1)

    def open_one():
        path = os.path.join(stage.folder(), f"fifo-{next(numbers)}")
        os.mkfifo(path)
        stage.keep(os.open(path, os.O_RDWR))

    stage.folder()
    return stage.each(open_one)


def dup(stage):
    """one file, duplicated again and again: many descriptors, one inode"""
    path = os.path.join(stage.folder(), "one")
    first = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    return stage.each(lambda: stage.keep(os.dup(first)))


def pipe(stage):
    """pipes: two descriptors an opening"""
    return stage.each(lambda: stage.keep(*os.pipe()))


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


def memfd(stage):
    """memfds, each a deleted file of its own in memory"""
    return stage.each(lambda: stage.keep(os.memfd_create("leaked")))
