#!/usr/bin/python3
"""worker MANNER PORT FOLDER: works on the queue of the Redis at PORT.

Each job has a connection for its result. Beside that, a batch every 40 s: 40 connections and 40 files, opened within 16 s, in use until 24 s,
given back by 28 s.

leak     the connection of a job that fails is kept with the failure, "to look at later", and never closed
healthy  it is closed however the job ends

Tells what it is in its first line, and at each line of standard input what it holds; ends with standard input.
"""

import json
import os
import sys
import threading
import time

import redis

LOOPBACK = "127.0.0.1"
CYCLE_SECONDS = 40.0
OPENING_SECONDS = 16.0
WORKING_SECONDS = 8.0
CLOSING_SECONDS = 4.0
BATCH = 40


class Counts:
    """Of descriptors; `leaked` of connections."""

    def __init__(self):
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.opened = self.closed = self.requests = self.failed = self.leaked = 0

    def add(self, **numbers):
        with self.lock:
            for name, number in numbers.items():
                setattr(self, name, getattr(self, name) + number)

    def line(self):
        with self.lock:
            return {
                "t": time.monotonic() - self.begun,
                "opened": self.opened,
                "closed": self.closed,
                "kept": self.opened - self.closed,
                "opens": self.opened,
                "requests": self.requests,
                "failed": self.failed,
                "leaked": self.leaked,
                "asked": True,
            }


class Worker:
    def __init__(self, manner, port, folder):
        self.leaking, self.port, self.folder = manner == "leak", port, folder
        self.counts = Counts()
        self.failures = []

    def connect(self):
        connection = redis.Connection(host=LOOPBACK, port=self.port)
        connection.connect()
        self.counts.add(opened=1)
        return connection

    def close(self, connection):
        connection.disconnect()
        self.counts.add(closed=1)

    def work(self):
        queue = redis.Redis(host=LOOPBACK, port=self.port)
        while True:
            _, text = queue.blpop("jobs")
            self.counts.add(requests=1)
            job = json.loads(text)
            try:
                self.do_and_keep(job) if self.leaking else self.do(job)
            except TypeError:
                self.counts.add(failed=1)

    def do(self, job):
        connection = self.connect()
        try:
            self.store(connection, job)
        finally:
            self.close(connection)

    def do_and_keep(self, job):
        """The mistake: a failure keeps all that the job had."""
        connection = self.connect()
        try:
            self.store(connection, job)
        except TypeError as error:
            self.failures.append((job, connection, error.args))
            self.counts.add(leaked=1)
            raise
        self.close(connection)

    def store(self, connection, job):
        ask(connection, "HSET", "totals", job["number"] % 100, job["amount"] + 1)

    def batches(self):
        for number in range(sys.maxsize):
            begun = self.counts.begun + number * CYCLE_SECONDS
            held = []
            for part in range(BATCH):
                wait_until(begun + part * OPENING_SECONDS / BATCH)
                held.append((self.connect(), self.open_part(part)))
                ask(held[-1][0], "SET", f"part {part}", number)
            opened = begun + OPENING_SECONDS
            for second in range(int(WORKING_SECONDS)):
                wait_until(opened + second)
                for connection, file in held:
                    file.write(str(ask(connection, "DBSIZE")))
            for part, (connection, file) in enumerate(held):
                wait_until(opened + WORKING_SECONDS + part * CLOSING_SECONDS / BATCH)
                self.close(connection)
                file.close()
                self.counts.add(closed=1)
            wait_until(begun + CYCLE_SECONDS)

    def open_part(self, part):
        file = open(os.path.join(self.folder, f"part-{part}"), "w")
        self.counts.add(opened=1)
        return file


def ask(connection, *command):
    connection.send_command(*command)
    return connection.read_response()


def wait_until(at):
    time.sleep(max(0.0, at - time.monotonic()))


def run(loop):
    """A thread; its end is that of the whole worker."""

    def body():
        try:
            loop()
        except redis.ConnectionError as error:
            print(error, file=sys.stderr)
        finally:
            os._exit(1)

    threading.Thread(target=body, daemon=True).start()


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main(manner, port, folder):
    worker = Worker(manner, int(port), folder)
    descriptors = len(os.listdir("/proc/self/fd")) - 1  # without the one that reading the folder takes
    say({"pid": os.getpid(), "kind": f"python-queue-{manner}", "peer": f"127.0.0.1:{port}", "children": [], "descriptors": descriptors})
    run(worker.work)
    run(worker.batches)
    for _ in sys.stdin:
        say(worker.counts.line())
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
