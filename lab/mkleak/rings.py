"""io_uring as far as a leak needs it: making a ring, and its table of fixed files. Numbers of include/uapi/linux/io_uring.h."""

import ctypes
import errno
import os
import resource
import struct

from .kernel import checked, libc

# The same on every architecture (asm-generic/unistd.h).
SYS_IO_URING_SETUP, SYS_IO_URING_REGISTER = 425, 427
IORING_REGISTER_FILES, IORING_REGISTER_FILES_UPDATE = 2, 6
SIZEOF_IO_URING_PARAMS = 120


def ring(entries=4):
    """The descriptor of a new ring."""
    parameters = (ctypes.c_ubyte * SIZEOF_IO_URING_PARAMS)()
    return checked(libc.syscall(SYS_IO_URING_SETUP, entries, ctypes.byref(parameters)))


def register(descriptor, operation, argument, count):
    return checked(libc.syscall(SYS_IO_URING_REGISTER, descriptor, operation, argument, count))


class FixedFiles:
    """A ring with a table of fixed files, all slots empty at first. The kernel allows as many slots as the soft limit has descriptors."""

    def __init__(self, slots=16384):
        self.ring = ring()
        self.slots = min(slots, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        self.used = 0
        register(self.ring, IORING_REGISTER_FILES, ctypes.byref((ctypes.c_int * self.slots)(*[-1] * self.slots)), self.slots)

    def add(self, descriptor):
        """Put the open file of this descriptor into the next slot; the descriptor itself may be closed afterwards."""
        if self.used >= self.slots:
            raise OSError(errno.ENFILE, os.strerror(errno.ENFILE))
        one = (ctypes.c_int * 1)(descriptor)
        update = ctypes.create_string_buffer(struct.pack("IIQ", self.used, 0, ctypes.addressof(one)))
        register(self.ring, IORING_REGISTER_FILES_UPDATE, update, 1)
        self.used += 1
