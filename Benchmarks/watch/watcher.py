"""`tidewaiter watch` as it is measured: its configuration, its processor time and memory, its own numbers."""
import contextlib
import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

# What most systems let a program open by default, whatever this one does.
OPEN_FILES = 1024


class Watcher:
    """One run with a ledger of its own; the ledger and the files beside it stay until the folder goes."""

    def __init__(self, binary, folder, sources, outputs="[]", more=""):
        # Not beside the logs, as in use: what is written there wakes whoever follows them.
        state = os.path.join(folder, "state")
        os.makedirs(state, exist_ok=True)
        self.binary, self.folder = os.path.abspath(binary), folder
        self.ledger = os.path.join(state, "ledger.sqlite")
        self.socket = os.path.join(folder, "metrics.sock")
        self.messages = os.path.join(folder, "messages")
        self.configuration = os.path.join(folder, "watch.yml")
        with open(self.configuration, "w") as file:
            file.write(f"ledger: {{path: {self.ledger}}}\nmetrics: unix://{self.socket}\n{more}\n")
            file.write(f"sources:\n{sources}\noutputs: {outputs}\n")

    @contextlib.contextmanager
    def running(self):
        with open(self.messages, "ab") as messages:
            self.process = subprocess.Popen(
                [self.binary, "watch", "--config", self.configuration],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=messages, preexec_fn=limit_open_files,
            )  # fmt: skip
        self.pid = self.process.pid
        try:
            self.until(lambda: self.metrics())
            yield self
        finally:
            self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def until(self, condition, seconds=120, interval=0.02):
        """Waits for a condition, and says what it said where that does not come."""
        end = time.monotonic() + seconds
        while True:
            if found := condition():
                return found
            if self.process.poll() is not None or time.monotonic() > end:
                with open(self.messages, errors="replace") as file:
                    sys.exit(f"bench-watch: watch does not go on: {file.read()[-2000:]}")
            time.sleep(interval)

    # What it is measured by

    def metrics(self):
        """Its own numbers by their names, all labels of one added up; none while it does not answer."""
        connection = http.client.HTTPConnection("localhost", timeout=60)
        try:
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.settimeout(60)
            connection.sock.connect(self.socket)
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            return {}
        finally:
            connection.close()
        numbers = {}
        for name, value in re.findall(r"(?m)^(\w+)(?:\{[^\n]*\})? (\S+)$", text):
            numbers[name] = numbers.get(name, 0.0) + float(value)
        return numbers

    def records(self):
        return int(self.metrics().get("tidewaiter_source_records_total", 0))

    def findings(self):
        return int(self.metrics().get("tidewaiter_findings_total", 0))

    def cpu_seconds(self):
        """Processor time of all its threads until now, those that ended, too (clock_getcpuclockid(3))."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self):
        """Megabytes held now, and at most."""
        with open(f"/proc/{self.pid}/status") as status:
            sizes = dict(line.split(":", 1) for line in status)
        return tuple(int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def limit_open_files():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, hard))


def percentile(values, share):
    """The smallest value that so large a share of all is no larger than."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
