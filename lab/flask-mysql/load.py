#!/usr/bin/python3
"""load.py HOST:PORT --mode MODE --rate N: concurrent users with keep-alive connections and time to think.

Each user asks for something every --think seconds on average; beside that, /api/reports is asked for at exactly --rate a
minute, evenly spaced, by the users in turn. In mode overflow, /api/search comes at a rate that swings once a minute.
Prints {"ready": true} when all users are connected, then a line of counts every five seconds.
"""

import argparse
import asyncio
import itertools
import json
import math
import random
import resource
import sys
import time

ORDINARY = ["/", "/api/items", "/api/items", "/api/items/7", "/api/items/42", "/api/login"]


class Tally:
    requests = errors = reports = 0
    worst = 0.0


class User:
    """One keep-alive connection, one request at a time on it."""

    def __init__(self, address, tally):
        self.host, self.port = address.split(":")
        self.tally = tally
        self.lock = asyncio.Lock()
        self.reader = self.writer = None

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, int(self.port))

    async def ask(self, path):
        """The status of the answer, or 0. A connection that the server closed while idle is opened again once."""
        async with self.lock:
            begun = time.monotonic()
            status = await self.exchange(path) or await self.exchange(path)
            self.tally.requests += 1
            self.tally.errors += status != 200
            self.tally.worst = max(self.tally.worst, time.monotonic() - begun)
            return status

    async def exchange(self, path):
        try:
            if self.writer is None:
                await self.connect()
            self.writer.write(self.request(path))
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 30)
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await self.reader.readexactly(length)
            if b"connection: close" in head.lower():
                self.close()
            return int(head.split(b" ", 2)[1])
        except (OSError, EOFError, asyncio.TimeoutError, StopIteration):
            self.close()
            return 0

    def request(self, path):
        if path != "/api/login":
            return f"GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n".encode()
        kind = "application/x-www-form-urlencoded"
        return f"POST {path} HTTP/1.1\r\nHost: shop\r\nContent-Type: {kind}\r\nContent-Length: 8\r\n\r\nname=ada".encode()

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def live(user, think):
    while True:
        await asyncio.sleep(random.expovariate(1 / think))
        await user.ask(random.choice(ORDINARY))


async def pace(users, path, per_second_at, tally):
    """Ask at absolute times, by the users in turn, without waiting for the answer."""
    begun = at = time.monotonic()
    asking = set()
    for user in itertools.cycle(users):
        at += 1 / per_second_at(at - begun)
        await asyncio.sleep(at - time.monotonic())
        task = asyncio.ensure_future(user.ask(path))
        asking.add(task)
        task.add_done_callback(asking.discard)
        tally.reports += path == "/api/reports"


async def tell(tally):
    before = 0
    while True:
        await asyncio.sleep(5)
        line = {"requests": tally.requests, "perSecond": (tally.requests - before) / 5, "errors": tally.errors, "reports": tally.reports, "worstSeconds": round(tally.worst, 2)}
        before, tally.worst = tally.requests, 0.0
        print(json.dumps(line), flush=True)


async def main(options):
    tally = Tally()
    users = [User(options.address, tally) for _ in range(options.users)]
    for user in users:
        # With a request at once: gthread gives a fresh connection a thread until its first request is there.
        await user.ask("/")
        await asyncio.sleep(5 / options.users)
    print(json.dumps({"ready": True}), flush=True)
    tasks = [live(user, options.think) for user in users]
    if options.rate > 0:
        tasks.append(pace(users, "/api/reports", lambda _: options.rate / 60, tally))
    if options.mode == "overflow":
        swing = lambda t: 7.5 - 6.5 * math.cos(2 * math.pi * t / 60)  # noqa: E731  (1 to 14 a second, 2 s each)
        tasks.append(pace(users, "/api/search", swing, tally))
    await asyncio.gather(tell(tally), *tasks)


if __name__ == "__main__":
    parse = argparse.ArgumentParser()
    parse.add_argument("address")
    parse.add_argument("--mode", default="healthy")
    parse.add_argument("--rate", type=float, default=250, help="/api/reports a minute")
    parse.add_argument("--users", type=int, default=400)
    parse.add_argument("--think", type=float, default=40)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        asyncio.run(main(parse.parse_args()))
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(0)
