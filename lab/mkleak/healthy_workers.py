"""Look-alikes made of processes that are forked and replaced."""

import os
import time

from .exchange import query
from .tally import Tally
from .workers import end_worker, fork_idle, fork_worker


def fork(stage):
    """a parent with --count 200 files whose four workers inherit them all and are recycled in turn, one every --period 5 s"""
    folder = stage.folder()
    for number in range(stage.options.count):
        stage.keep(os.open(os.path.join(folder, f"module-{number}"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    workers = [fork_idle(stage) for _ in range(4)]
    at = 0.0
    while True:
        at += stage.options.period
        yield at
        end_worker(stage, workers.pop(0))
        workers.append(fork_idle(stage))


def recycled_workers(stage):
    """four workers, each with connections that grow to ten as it serves, ended and replaced after --count 200 requests, --rate 600 requests a minute in all"""
    port = stage.serve("answer")
    tallies = [Tally(stage) for _ in range(4)]
    workers = [_worker(stage, port, tally) for tally in tallies]
    at = 0.0
    while True:
        at += 0.25
        yield at
        for place, worker in enumerate(workers):
            if os.waitpid(worker, os.WNOHANG)[0]:
                stage.forked.discard(worker)
                tallies[place].close_all()
                workers[place] = _worker(stage, port, tallies[place])


def _worker(stage, port, tally):
    def serve():
        connections = []
        for request in range(int(stage.options.count * stage.random.uniform(0.8, 1.2))):
            time.sleep(4 * 60.0 / stage.options.rate)
            if request % 10 == 0 and len(connections) < 10:
                connections.append(stage.connect(port))
                tally.add(opens=1, opened=1)
            query(connections[0])
            connections.append(connections.pop(0))

    stage.random.random()  # so that no two workers have the same chance
    return fork_worker(stage, serve)
