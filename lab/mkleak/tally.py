"""Counts of another process, in memory shared with it: it adds, this one reads."""

import mmap
import struct

COUNTS = struct.Struct("QQQ")  # opens, opened, closed


class Tally:
    """Made before the fork. One process at a time adds to it; the counts become part of the stage's."""

    def __init__(self, stage):
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        stage.tallies.append(self.read)

    def read(self):
        return COUNTS.unpack_from(self._shared)

    def add(self, opens=0, opened=0, closed=0):
        COUNTS.pack_into(self._shared, 0, *(sum(pair) for pair in zip(self.read(), (opens, opened, closed))))

    def close_all(self):
        """The process has ended, and with it whatever it held."""
        _, opened, closed = self.read()
        self.add(closed=opened - closed)
