"""The command line, and the loop that wakes a kind at the times it asks for, reports, and ends."""

import argparse
import json
import os
import re
import select
import signal
import sys

from . import kernel
from .kinds import COMMON, HEALTHY, KINDS, LEAKS
from .stage import Stage

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1}


def seconds(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m|h)?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration such as 90s, 10m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2] or "s"]


def positive(text):
    number = float(text)
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not above zero")
    return number


def parser():
    parse = argparse.ArgumentParser(prog="mkleak", description="Leaks, and healthy look-alikes, on request. `mkleak list` tells the kinds.")
    parse.add_argument("kind", choices=["list", *KINDS], metavar="KIND")
    parse.add_argument("--rate", type=positive, help="openings a minute (60)")
    parse.add_argument("--spacing", choices=["even", "poisson"], default="even")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--for", type=seconds, default=600.0, dest="duration", metavar="DURATION", help="end by itself after this (10m)")
    parse.add_argument("--limit", type=int, help="soft limit of open files (the hard one)")
    parse.add_argument("--report", type=seconds, default=5.0, metavar="DURATION", help="a line of counts this often (5s)")
    parse.add_argument("--with-parent", action="store_true", help="end when the parent does, also when it is killed")
    parse.add_argument("--manner", help="one of several, where a kind has them")
    parse.add_argument("--period", type=seconds, metavar="DURATION", help="of what comes again and again")
    parse.add_argument("--over", type=seconds, metavar="DURATION", help="time to warm up")
    parse.add_argument("--count", type=int, help="how many connections, clients, files, peers or processes")
    parse.add_argument("--lifetime", type=seconds, metavar="DURATION", help="of a connection, or a segment")
    parse.add_argument("--after", type=seconds, metavar="DURATION", help="when the step comes")
    return parse


def with_defaults(options):
    defaults = {**COMMON, **KINDS[options.kind].defaults}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def tell(line):
    try:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(0) from None


def list_kinds():
    for title, kinds in (("Leaks", LEAKS), ("Healthy look-alikes", HEALTHY)):
        print(f"{title}:")
        for kind in kinds:
            print(f"  {kind.name:<16} {kind.summary}")


def wait_for_signal(signals, timeout):
    """The next signal, or None at the end of the time. By signalfd: sigtimedwait of Python 3.11 returns rubbish after a SIGSTOP."""
    ready = select.select([signals], [], [], max(0.0, timeout))[0]
    return int.from_bytes(os.read(signals, 128)[:4], sys.byteorder) if ready else None


def run(stage, steps, signals):
    """Until --for is over, a signal says so, or the steps end and the time is over."""
    options = stage.options
    due = next(steps)
    stage.start_clock()
    report = options.report
    while True:
        wake = min(due, report, options.duration)
        caught = wait_for_signal(signals, wake - stage.now())
        if caught == signal.SIGUSR1:
            tell({**stage.report(), "asked": True})
        elif caught is not None or stage.now() >= options.duration:
            return
        if stage.now() >= report:
            report += options.report * max(1, int((stage.now() - report) // options.report))
            tell(stage.report())
            if not all(peer.alive() for peer in stage.peers):
                raise RuntimeError("a peer of mkleak has ended; so does mkleak")
        if stage.now() >= due:
            due = next(steps, float("inf"))  # a kind that has opened all it wants goes on holding


def main(arguments):
    options = parser().parse_args(arguments)
    if options.kind == "list":
        list_kinds()
        return 0
    parent = os.getppid()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    kernel.set_comm("mkleak")
    kernel.set_descriptor_limit(options.limit)
    if options.with_parent:
        kernel.die_with(parent)
    signals = kernel.signalfd(SIGNALS)
    stage = Stage(with_defaults(options))
    try:
        steps = prepared(KINDS[options.kind].play(stage))
        children = [peer.pid for peer in stage.peers] + sorted(stage.forked)
        tell({"pid": os.getpid(), "kind": options.kind, "counts": KINDS[options.kind].counts, "peer": stage.address,
              "children": children, "threads": stage.threads, "rate": options.rate,
              "descriptors": len(os.listdir("/proc/self/fd")) - 1 - (stage.opened - stage.closed), **stage.remarks})
        run(stage, steps, signals)
        tell({**stage.report(), "end": True})
        return 0
    except (RuntimeError, OSError) as error:
        print(f"mkleak: {error}", file=sys.stderr)
        return 1
    finally:
        stage.give_back_all()
        stage.clear()


def prepared(steps):
    """Play up to the first time asked for, so that everything is in place when the start line is printed."""
    first = next(steps)

    def replay():
        yield first
        yield from steps

    return replay()
