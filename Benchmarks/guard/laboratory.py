"""An engine of one's own, as Scripts/docker-lab opens it, with proxies before it."""

import json
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = f"{PROJECT}/Scripts/docker-lab"


class Laboratory:
    """Namespaces with an engine and one running container; with `with`, they end whatever happens."""

    def __enter__(self):
        self.directory = tempfile.mktemp(prefix="tidewaiter-bench-", dir="/tmp")
        self.engine = f"{self.directory}/docker.sock"
        self.life = subprocess.Popen([TOOL, "open", self.directory], stdin=subprocess.PIPE)
        self.processes = []
        wait(lambda: os.path.exists(f"{self.directory}/init.pid"), "the namespaces")
        with open(f"{self.directory}/daemon.json", "w") as out:
            json.dump({}, out)
        self.start("dockerd", [TOOL, "engine", self.directory])
        wait(lambda: status(self.engine, "GET", "/_ping") == 200, "dockerd")
        self.make_image()
        return self

    def __exit__(self, *_):
        self.life.stdin.close()
        self.life.wait()
        for process in self.processes:
            process.wait()

    def start(self, name, command, environment=None):
        """Starts a command; what it says goes to a file of its name."""
        out = open(f"{self.directory}/{name}.log", "wb")
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(os.environ, **(environment or {}))
        )
        self.processes.append(process)
        return process

    def start_inside(self, name, command, environment=None):
        """Starts a command in the namespaces, and writes down its number there."""
        words = " ".join(f"'{word}'" for word in command)
        line = f"echo $$ >'{self.directory}/{name}.pid'; exec {words}"
        return self.start(name, [TOOL, "run", self.directory, "sh", "-c", line], environment)

    def memory(self, name):
        """Resident memory of a started process, now and at its highest, in kB."""
        script = f"cat /proc/$(cat '{self.directory}/{name}.pid')/status"
        text = subprocess.run(
            [TOOL, "run", self.directory, "sh", "-c", script], capture_output=True, text=True, check=True
        ).stdout
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return tuple(int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM"))

    def make_image(self):
        busybox = shutil.which("busybox") or "/bin/busybox"
        path = f"{self.directory}/busybox.tar"
        with tarfile.open(path, "w") as tar:
            tar.add(busybox, "bin/busybox")
            for name in ("sh", "sleep", "true"):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)
        with open(path, "rb") as body:
            reply = request(self.engine, "POST", "/images/create?fromSrc=-&repo=busybox&tag=latest", body.read(), "application/x-tar")
        assert reply[0] == 200, reply
        for number in range(5):
            body = json.dumps({"Image": "busybox:latest", "Cmd": ["sleep", "100000"]}).encode()
            assert request(self.engine, "POST", f"/containers/create?name=bench-{number}", body)[0] == 201
            assert status(self.engine, "POST", f"/containers/bench-{number}/start") == 204


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection


def request(path, method, target, body=b"", kind="application/json"):
    """One request on its own connection: the status and everything that came."""
    with connect(path) as connection:
        head = f"{method} {target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return int(answer.split()[1]), answer


def status(path, method, target):
    try:
        return request(path, method, target)[0]
    except (OSError, IndexError):
        return 0


def wait(condition, what):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit(f"{what} did not come up")
