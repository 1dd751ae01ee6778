#!/usr/bin/python3
"""producer PORT RATE: puts jobs into the queue of the Redis at PORT: two good ones a second, and RATE a minute that will fail."""

import json
import sys
import time

import redis


def produce(port, per_minute):
    queue = redis.Redis(host="127.0.0.1", port=port)
    begun = time.monotonic()
    due = [(begun + 0.5, 0.5, True), (begun + 60 / per_minute, 60 / per_minute, False)]
    for number in range(sys.maxsize):
        due.sort()
        at, period, good = due.pop(0)
        time.sleep(max(0.0, at - time.monotonic()))
        queue.rpush("jobs", json.dumps({"number": number, "amount": 7 if good else "seven"}))
        due.append((at + period, period, good))


if __name__ == "__main__":
    produce(int(sys.argv[1]), float(sys.argv[2]))
