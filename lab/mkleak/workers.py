"""Forked children of mkleak: tied to it by the kernel, never seeing its code beyond the fork."""

import os
import signal
import sys
import traceback

from . import kernel


def fork_worker(stage, work):
    """A child that does this and ends; returns its pid. It holds all that this process holds at this moment."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        stage.forked.add(pid)
        return pid
    try:
        kernel.die_with(parent)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        work()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        os._exit(1)
    os._exit(0)  # none of the parent's cleaning up


def fork_idle(stage):
    return fork_worker(stage, _wait)


def _wait():
    while True:
        signal.pause()


def end_worker(stage, pid):
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
    stage.forked.discard(pid)
