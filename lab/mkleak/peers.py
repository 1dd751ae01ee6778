"""Children of mkleak: the other ends. A program of its own with a name of its own, so that the two ends are two services."""

import json
import os
import subprocess

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mkleak-peer.py")


class Peer:
    """Tied to this process by its standard input, which ends with it."""

    def __init__(self, arguments, has_ports):
        command = ["/usr/bin/python3", PROGRAM, str(os.getpid()), *map(str, arguments)]
        self.arguments = arguments
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self.process.pid
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer `{' '.join(map(str, arguments))}` did not start")
        self.ports = json.loads(line)["ports"] if has_ports else []
        self.process.stdout.close()  # nothing more is said, and a descriptor less stands here

    def ask(self, word):
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()

    def alive(self):
        return self.process.poll() is None

    def end(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it ended before it was asked the last thing
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
