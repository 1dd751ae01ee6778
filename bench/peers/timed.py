#!/usr/bin/python3
"""timed COMMAND...: runs it once with its output thrown away and prints what it cost as one JSON line.

Seconds on the clock and of CPU (user and kernel) with the start of the program, which is part of what it costs.
"""

import json
import os
import subprocess
import sys
import time


def main(command):
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    usage = os.wait4(child.pid, 0)[2]
    print(json.dumps({"wall": time.monotonic() - started, "cpu": usage.ru_utime + usage.ru_stime}))


if __name__ == "__main__":
    main(sys.argv[1:])
