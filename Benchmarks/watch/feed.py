"""A log that is written while it is followed, and rotated as an API server does."""
import os
import time


class Log:
    """Appends to a log, and renames it when it has grown: the oldest of its files goes once it must have been read."""

    def __init__(self, path, rotate_bytes=100_000_000, keep=3):
        self.path, self.rotate_bytes, self.keep = path, rotate_bytes, keep
        self.rotated, self.size, self.written = [], 0, 0
        self.file = open(path, "ab", buffering=0)

    def append(self, data):
        self.file.write(data)
        self.size += len(data)
        self.written += len(data)
        if self.size >= self.rotate_bytes:
            self.rotate()

    def rotate(self):
        self.file.close()
        stem, extension = os.path.splitext(self.path)
        # The name that an API server gives (lumberjack); never the same twice.
        moment = time.time_ns()
        name = time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime(moment // 10**9)) + f".{moment // 10**6 % 1000:03}"
        target = f"{stem}-{name}{extension}"
        os.rename(self.path, target)
        self.rotated.append(target)
        if len(self.rotated) > self.keep:
            os.unlink(self.rotated.pop(0))
        self.size = 0
        self.file = open(self.path, "ab", buffering=0)

    def close(self):
        self.file.close()


class Pace:
    """Keeps the writer no further ahead than a bound: as fast as is taken, and no log that was not read is removed."""

    def __init__(self, watcher, ahead=64_000_000):
        self.watcher, self.ahead = watcher, ahead
        self.known = 0

    def wait(self, written):
        """Waits until what was written is that little ahead of what was taken."""
        if written - self.known <= self.ahead:
            return
        self.watcher.until(lambda: self.look() >= written - self.ahead, seconds=300, interval=0.01)

    def look(self):
        # Records are counted without their line ends.
        numbers = self.watcher.metrics()
        records = numbers.get("tidewaiter_source_records_total", 0)
        self.known = numbers.get("tidewaiter_source_bytes_total", 0) + records
        return self.known
