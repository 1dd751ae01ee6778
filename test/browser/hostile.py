"""Runs a service for each name that a host may have and a page must show as text: hostile.py FOLDER

Each opens files until it is killed, so that it is told of as well; its name is its program's, or stands in its arguments.
"""

import os
import sys

# As the kernel has them: bytes. A path has no NUL and no name of more than 255 bytes; an argument may have 128 KB.
NAMES = {
    "markup": b"<img src=x onerror=globalThis.ran=1><script>globalThis.ran=1<!-- -->&lt;b&gt;",
    "control": b"a\x1b[31mred\x07\r\n\tline two\x7f\x9b",
    "reversed": "\u202egnp.exe \u200f\u05e9\u05dc\u05d5\u05dd \u2066".encode(),
    "invalid": b"caf\xe9 \xff\xfe \xc0\x80 \xed\xa0\x80",
    "template": b"{{constructor.constructor('globalThis.ran=1')()}} ${globalThis.ran=1} javascript:globalThis.ran=1",
    "quotes": b"\"' onmouseover=globalThis.ran=1 x=\"`",
}
LONG = 64 * 1024

PROGRAM = """
import os, sys, time
with open("/proc/self/comm", "wb") as comm:
    comm.write(os.fsencode(sys.argv[2])[:15])
for _ in range(40):
    os.open(sys.argv[1], os.O_RDONLY)
while True:
    time.sleep(2)
    os.open(sys.argv[1], os.O_RDONLY)
"""


def start(folder, name, text):
    """A script of that name, which holds a file of that name; slashes cannot be in either."""
    own = os.path.join(folder, name.encode())
    os.mkdir(own)
    script = os.path.join(own, text.replace(b"/", b"_")[:200])
    with open(script, "w") as file:
        file.write(PROGRAM)
    if os.fork() == 0:
        os.execv("/usr/bin/python3", [b"python3", script, script, text])


def main():
    folder = os.fsencode(sys.argv[1])
    for name, text in NAMES.items():
        start(folder, name, text)
    start(folder, "long", b"L" * LONG)
    if os.fork() == 0:
        os.execv("/bin/sh", [b"<b>" + b"0" * LONG, "-c", "exec 3</dev/null; while :; do sleep 2; done"])
    for _ in range(len(NAMES) + 2):
        os.wait()


main()
