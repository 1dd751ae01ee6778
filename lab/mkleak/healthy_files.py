"""Look-alikes made of files and processes."""

import os
import signal

from . import kernel


def log_rotate(stage):
    """a logger with --count 4 files, one of them rotated every --period 5 s: renamed, or every third time deleted, and reopened"""
    folder = stage.folder()
    paths = [os.path.join(folder, f"service-{number}.log") for number in range(1, stage.options.count + 1)]
    logs = {path: stage.keep(_open_log(path)) for path in paths}
    rotation, rotations = stage.options.period, 0
    for at in stage.schedule():
        yield at
        for log in logs.values():
            os.write(log, b"a line of the log\n")
        if at < rotation:
            continue
        rotation += stage.options.period
        rotations += 1
        path = paths[rotations % len(paths)]
        if rotations % 3 == 0:
            os.unlink(path)
        else:
            os.rename(path, path + ".1")
        # As logrotate's users do: the new file is opened before the old one is closed.
        old, logs[path] = logs[path], stage.keep(_open_log(path))
        stage.give_back(old)


def _open_log(path):
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)


def segments(stage):
    """a store that opens a segment at each --rate 60 a minute and keeps it until retention: the newest --count 90 stay open"""
    folder = stage.folder()
    held = []
    for number, at in enumerate(stage.schedule(), 1):
        yield at
        path = os.path.join(folder, f"{number:012d}.segment")
        held.append((stage.keep(_open_log(path)), path))
        if len(held) > stage.options.count:
            oldest, gone = held.pop(0)
            stage.give_back(oldest)
            os.unlink(gone)


def fork(stage):
    """a parent with --count 200 files whose four workers inherit them all and are recycled in turn, one every --period 5 s"""
    folder = stage.folder()
    for number in range(stage.options.count):
        stage.keep(_open_log(os.path.join(folder, f"module-{number}")))
    workers = [_fork_worker(stage) for _ in range(4)]
    at = 0.0
    while True:
        at += stage.options.period
        yield at
        oldest = workers.pop(0)
        os.kill(oldest, signal.SIGTERM)
        os.waitpid(oldest, 0)
        stage.forked.discard(oldest)
        workers.append(_fork_worker(stage))


def _fork_worker(stage):
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        kernel.die_with(parent)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        while True:
            signal.pause()
    stage.forked.add(pid)
    return pid
