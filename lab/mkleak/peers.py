"""The other ends of mkleak's sockets. A program of its own with a name of its own, so that the two ends are two services."""

import json
import os
import subprocess
import time

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mkleak-peer.py")


class Peer:
    """
    Tied to this process by its standard input, which ends with it. `outside` is the rest of the world: it is nobody's child, so that who
    looks at mkleak and its children does not see it; a child is tied by the kernel as well.
    """

    def __init__(self, arguments, outside=False):
        parent = "outside" if outside else str(os.getpid())
        command = [*(["setsid", "--fork"] if outside else []), "/usr/bin/python3", PROGRAM, parent, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer `{' '.join(map(str, arguments))}` did not start")
        said = json.loads(line)
        self.pid, self.ports = said["pid"], said["ports"]
        self.outside = outside
        self.process.stdout.close()  # nothing more is said, and a descriptor less stands here

    def ask(self, word):
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()

    def alive(self):
        running = self.process.poll() is None
        return os.path.exists(f"/proc/{self.pid}") if self.outside else running

    def end(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it ended before it was asked the last thing
        patience = time.monotonic() + 3
        while self.alive():
            if time.monotonic() > patience:
                os.kill(self.pid, 9)
            time.sleep(0.005)
