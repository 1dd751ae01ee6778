#!/usr/bin/python3
"""timed ROUNDS COMMAND...: runs it once for its lines, then so often for its cost, each after a second of rest.

Prints one JSON line: seconds on the clock and of CPU (user and kernel) with the start of the program, which is
part of what it costs.
"""

import json
import os
import subprocess
import sys
import time


def cost_of(command):
    time.sleep(1)
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    usage = os.wait4(child.pid, 0)[2]
    return {"wall": time.monotonic() - started, "cpu": usage.ru_utime + usage.ru_stime}


def lines_of(command):
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return said.count(b"\n")


def main(rounds, command):
    lines = lines_of(command)
    print(json.dumps({"lines": lines, "rounds": [cost_of(command) for _ in range(rounds)]}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
