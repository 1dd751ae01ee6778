"""Look-alikes made of files."""

import os


def log_rotate(stage):
    """a logger with --count 4 files, one of them rotated every --period 5 s: renamed, or every third time deleted, and reopened"""
    folder = stage.folder()
    paths = [os.path.join(folder, f"service-{number}.log") for number in range(1, stage.options.count + 1)]
    logs = {path: stage.keep(_open_log(path)) for path in paths}
    rotation, rotations = stage.options.period, 0
    for at in stage.schedule():
        yield at
        for log in logs.values():
            os.write(log, b"a line of the log\n")
        if at < rotation:
            continue
        rotation += stage.options.period
        rotations += 1
        path = paths[rotations % len(paths)]
        if rotations % 3 == 0:
            os.unlink(path)
        else:
            os.rename(path, path + ".1")
        # As logrotate's users do: the new file is opened before the old one is closed.
        old, logs[path] = logs[path], stage.keep(_open_log(path))
        stage.give_back(old)


def _open_log(path):
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)


SEGMENT_BYTES = 4096


def segments(stage):
    """a store: a segment full every 60/--rate s (12 a minute); --manner retained (default), growing or merging: see lab/README.md"""
    stores = {"retained": _retained, "growing": _growing, "merging": _merging}
    if stage.options.manner not in stores:
        raise RuntimeError(f"segments knows the manners {', '.join(stores)}")
    return stores[stage.options.manner](stage, _Store(stage))


class _Store:
    """Its segments, oldest first. The newest is written, the older ones are full, all of one size, and read now and then."""

    def __init__(self, stage):
        self.stage, self.folder, self.number, self.held = stage, stage.folder(), 0, []

    def roll(self, at):
        self.number += 1
        path = os.path.join(self.folder, f"{self.number * SEGMENT_BYTES:020d}.log")
        descriptor = self.stage.keep(os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600))
        os.write(descriptor, bytes(SEGMENT_BYTES))
        self.held.append((at, descriptor, path))
        _, some, _ = self.stage.random.choice(self.held)
        os.pread(some, 512, 0)

    def drop(self, count):
        for _, descriptor, path in self.held[:count]:
            self.stage.give_back(descriptor)
            os.unlink(path)
        del self.held[:count]


def _retained(stage, store):
    """Kafka restarted: --count 90 segments are there and opened at once; a look every --period 30 s drops what is too old."""
    for number in range(stage.options.count):
        store.roll((number - stage.options.count) * 60 / stage.options.rate)
    yield from _until_retention(stage, store, stage.options.count * 60 / stage.options.rate)


def _growing(stage, store):
    """A store that begins empty: nothing is dropped before --lifetime 600 s are over, everything after it."""
    yield from _until_retention(stage, store, stage.options.lifetime)


def _until_retention(stage, store, retention):
    look = stage.options.period
    for at in stage.schedule():
        yield at
        store.roll(at)
        if at >= look:
            look += stage.options.period
            store.drop(sum(1 for rolled, _, _ in store.held if rolled < at - retention))


def _merging(stage, store):
    """Lucene: every tenth segment, ten of a size are merged into one of the next size and deleted."""
    sizes = []  # how many tens make up each segment held, beside store.held
    for at in stage.schedule():
        yield at
        store.roll(at)
        sizes.append(0)
        while len(sizes) >= 10 and len(set(sizes[-10:])) == 1:
            merged = store.held[-10:]
            kept, store.held = store.held[:-10], merged
            store.drop(10)
            store.held = kept
            store.roll(at)
            sizes[-10:] = [sizes[-1] + 1]
