"""Leaks of files, pipes and devices, one function a kind."""

import itertools
import os



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


def memfd(stage):
    """memfds, each a deleted file of its own in memory"""
    return stage.each(lambda: stage.keep(os.memfd_create("leaked")))


def tty(stage):
    """pseudo-terminals: two descriptors an opening, /dev/ptmx and /dev/pts/N"""
    return stage.each(lambda: stage.keep(*os.openpty()))


def device(stage):
    """/dev/null, /dev/zero and /dev/urandom in turn"""
    turns = itertools.cycle(["/dev/null", "/dev/zero", "/dev/urandom"])
    return stage.each(lambda: stage.keep(os.open(next(turns), os.O_RDONLY)))
