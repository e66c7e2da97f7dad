"""What is measured and what it is measured before: processes that listen on Unix sockets, and end with the run."""
import contextlib
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time

# docker-socket-proxy's variables that the benchmark needs open; the rest are closed, as is its default.
OPENED = {"_ping", "containers", "images", "info", "version"}
SECTIONS = [
    "auth", "build", "commit", "configs", "containers", "distribution", "events", "exec", "grpc", "images", "info",
    "networks", "nodes", "_ping", "plugins", "secrets", "services", "session", "swarm", "system", "tasks", "version",
    "volumes",
]  # fmt: skip


def socket_proxy_rules():
    """HAProxy's configuration with the effect of docker-socket-proxy's, POST=1: by method, then section by section."""
    opened = {name: "1" if name in OPENED else "0" for name in SECTIONS}
    prefix = r"^(/v[\d\.]+)?(/\w+)?"
    one = prefix + "/containers/[a-zA-Z0-9_.-]+/"
    rules = ["http-request deny unless METH_GET || { str(1) -m bool }"]
    for verbs in ("((stop)|(restart)|(kill))", "start", "stop"):
        rules.append(f"http-request allow if {{ path,url_dec -m reg -i {one}{verbs} }} {{ str(0) -m bool }}")
    for name in SECTIONS:
        rules.append(f"http-request allow if {{ path,url_dec -m reg -i {prefix}/{name} }} {{ str({opened[name]}) -m bool }}")
    rules.append("http-request deny")
    return rules


def haproxy_configuration(listen, upstream, bare):
    """With docker-socket-proxy's rules, log and connection handling; or bare, with nothing but kept connections."""
    connections = ["http-reuse always"] if bare else ["log global", "option httplog", "option dontlognull",
                                                      "option http-server-close", "option redispatch", "retries 3"]  # fmt: skip
    return "\n".join(
        [
            "global",
            *([] if bare else ["    log stdout format raw daemon info"]),
            "    maxconn 4000",
            "defaults",
            "    mode http",
            *(f"    {line}" for line in connections),
            "    timeout http-request 10s",
            "    timeout queue 1m",
            "    timeout connect 10s",
            "    timeout client 10m",
            "    timeout server 10m",
            "    timeout http-keep-alive 10s",
            "    maxconn 3000",
            "backend engine",
            f"    server engine unix@{upstream}",
            "frontend clients",
            f"    bind unix@{listen} mode 660",
            *(f"    {line}" for line in ([] if bare else socket_proxy_rules())),
            "    default_backend engine",
            "",
        ]
    )


class Server:
    """One process and the socket that it answers on."""

    def __init__(self, name, path, command, log):
        self.name, self.path, self.log = name, path, log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def until_ready(self, target="/_ping", seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(self.path, "GET", target)[0] == 200:
                    return self
            time.sleep(0.1)
        with open(self.log, errors="replace") as output:
            sys.exit(f"{self.name} does not answer on {self.path}: {output.read()[-2000:]}")

    def cpu_seconds(self):
        """User and system time of the process until now."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Megabytes held now and at most."""
        with open(f"/proc/{self.process.pid}/status") as status:
            sizes = dict(line.split(":", 1) for line in status)
        return tuple(int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Starter:
    """Starts servers in a directory, each on a socket of its own."""

    def __init__(self, scratch, guard):
        self.scratch, self.guard_command = scratch, guard
        self.decisions = os.path.join(scratch, "decisions.log")

    def _paths(self, name):
        return os.path.join(self.scratch, f"{name}.sock"), os.path.join(self.scratch, f"{name}.log")

    @contextlib.contextmanager
    def _running(self, name, command):
        path, log = self._paths(name)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        server = Server(name, path, command, log)
        try:
            yield server.until_ready()
        finally:
            server.stop()
            os.truncate(log, 0)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.decisions)

    def trivial(self, long_bytes):
        path, _ = self._paths("trivial")
        return self._running("trivial", [os.path.join(self.scratch, "upstream"), path, str(long_bytes)])

    def haproxy(self, upstream, bare):
        name = "haproxy-bare" if bare else "haproxy"
        configuration = os.path.join(self.scratch, f"{name}.cfg")
        with open(configuration, "w") as file:
            file.write(haproxy_configuration(self._paths(name)[0], upstream, bare))
        return self._running(name, ["haproxy", "-db", "-f", configuration])

    def guard(self, upstream):
        path, _ = self._paths("guard")
        policy = os.path.join(self.scratch, "policy.yml")
        values = {"listen": f"unix://{path}", "upstream": f"unix://{upstream}", "policy": policy,
                  "log": self.decisions}  # fmt: skip
        with open(policy, "w") as file:
            file.write(POLICY)
        return self._running("guard", [word.format(**values) for word in shlex.split(self.guard_command)])


# Strict, but for the one thing that the memory's measurement needs: what the engine loads cannot be seen.
POLICY = """\
profile: strict
allow: {image-loads: true}
"""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60):
        super().__init__("docker", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, kind="application/json"):
    """One request on a connection of its own: status and body."""
    connection = UnixConnection(path)
    try:
        connection.request(method, target, body, {"Content-Type": kind} if body is not None else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def ask_json(path, method, target, value=None):
    status, body = ask(path, method, target, None if value is None else json.dumps(value).encode())
    if status >= 300:
        raise SystemExit(f"{method} {target} was answered {status}: {body.decode(errors='replace')}")
    return json.loads(body) if body else None
