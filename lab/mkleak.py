#!/usr/bin/python3
"""mkleak KIND: open descriptors at an exact rate and do not give them back, or look as if. `mkleak.py list` tells the kinds."""

import sys

sys.dont_write_bytecode = True

from mkleak.command import main  # noqa: E402  (the package beside this file; a folder wins over a file of the same name)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
