#!/usr/bin/env python3
"""Fills a ledger, and times the console's pages over it; see Benchmarks/README.md."""
import argparse
import http.client
import json
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

BINARY = ".build/release/tidewaiter"
PORT = 17610
# The bar is the first page's: milliseconds from the request to the last byte, and bytes.
MILLISECONDS, BYTES = 100, 100_000
ROUNDS = 40
HOUR = 3_600_000_000
ROUTES = ["kubernetes-api", "docker-api", "static-pod", "portainer", "argo-workflows"]
RULES = [("Privileged Container", 3), ("Host's Root File System Mounted Writable", 4), ("Host's PID Namespace", 2)]


def make(scratch):
    """A ledger without anything in it, as watching makes it."""
    ledger, log, configuration = scratch / "ledger.sqlite", scratch / "empty.log", scratch / "watch.yml"
    log.touch()
    configuration.write_text(
        f"ledger: {{path: {ledger}}}\n"
        f"sources:\n  - name: empty\n    files: {{paths: [{log}], format: kubernetes-audit}}\n"
    )
    watch = subprocess.Popen([BINARY, "watch", "--config", configuration], stderr=subprocess.PIPE, text=True)
    for line in watch.stderr:
        if "watches" in line:
            break
    else:
        sys.exit("bench-console: watch did not start")
    watch.send_signal(signal.SIGTERM)
    watch.wait()
    return ledger


def fill(ledger, count):
    """Deployments over ninety days, and a finding of three in ten of them."""
    chance = random.Random(1)
    now = int(time.time()) * 1_000_000
    database = sqlite3.connect(ledger)
    database.execute("PRAGMA synchronous = OFF")
    deployments, findings = [], []
    for number in range(count):
        at = now - chance.randrange(90 * 24 * HOUR)
        image, user = f"registry.example/team/service-{chance.randrange(400)}", f"user-{chance.randrange(200)}"
        namespace, route = f"team-{chance.randrange(50)}", chance.choice(ROUTES)
        record = json.dumps({
            "event": {"action": "pod-create", "outcome": "success", "dataset": "kubernetes.audit"},
            "user": {"name": user, "group": {"name": ["system:authenticated", "developers"]}},
            "orchestrator": {"namespace": namespace, "resource": {"type": "pods", "name": f"service-{number}"}},
            "container": {"name": "app", "image": {"name": image, "tag": ["1.2.3"]},
                          "security_context": {"privileged": number % 10 == 0}},
            "process": {"args": ["/app/serve", "--port", "8080", "--config", "/etc/app/config.yml"]},
            "deployment": {"route": route, "host": {"namespaces": ["network"] if number % 7 == 0 else []}},
        }).encode()
        deployments.append((f"d{number}", at, at, at, route, "pod-create", "success", user, None, namespace, image,
                            None, b"{}", b"[]", record, b""))
        if number % 10 < 3:
            title, level = RULES[number % 3]
            findings.append((f"f{number}", f"d{number}", title, title, level, int(number % 100 < 90), at, at, at, title,
                             f"{title}: {image}, by {user}", user, None, namespace, image, None, b"{}", record))
        if len(deployments) == 20_000 or number == count - 1:
            with database:
                database.executemany(
                    "INSERT OR FAIL INTO deployments (id, at, time, received_at, route, action, outcome, user_name, "
                    "source_ip, namespace, image, container_id, fields, join_keys, ecs, record) "
                    f"VALUES ({', '.join('?' * 16)})", deployments)
                database.executemany(
                    "INSERT OR FAIL INTO findings (id, deployment_id, rule_id, rule_title, level, state, at, time, "
                    'received_at, "group", sentence, user_name, source_ip, namespace, image, container_id, fields, ecs) '
                    f"VALUES ({', '.join('?' * 18)})", findings)
            deployments, findings = [], []
    database.close()


def ask(connection, path):
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"bench-console: {path} was answered with {answer.status}")
    return (time.perf_counter() - start) * 1_000, len(body)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--deployments", type=int, required=True)
    options = parser.parse_args()
    ledger = make(options.scratch)
    fill(ledger, options.deployments)
    console = subprocess.Popen(
        [BINARY, "console", "--ledger", ledger, "--listen", f"tcp://127.0.0.1:{PORT}"], stderr=subprocess.PIPE, text=True
    )
    try:
        console.stderr.readline()
        connection = http.client.HTTPConnection("127.0.0.1", PORT)
        # What nobody has asked for yet comes from the disk's cache and is rendered for the first time.
        first, _ = ask(connection, "/")
        pages = {
            "/": "overview", "/?span=30d": "overview, a month", "/findings": "findings",
            "/findings?level=critical&state=open": "findings, filtered", "/deployments": "deployments",
            "/deployments?route=portainer": "deployments, filtered",
            "/deployments?where=user.name%3Duser-7": "deployments of a user", "/findings/f0": "a finding",
            "/rules": "rules", "/api/findings?limit=500": "API, 500 findings",
        }
        print("| page | median ms | most ms | kB |\n|---|---|---|---|")
        told = {}
        for path, name in pages.items():
            results = [ask(connection, path) for _ in range(ROUNDS)]
            times, size = [spent for spent, _ in results], results[0][1]
            told[path] = (max(times), size)
            print(f"| {name} | {statistics.median(times):.1f} | {max(times):.1f} | {size / 1_000:.0f} |")
    finally:
        console.terminate()
        console.wait()
    slowest, size = max(first, told["/"][0]), told["/"][1]
    bars = [
        (f"the first page in {first:.1f} ms at first, {told['/'][0]:.1f} ms at most then (bar {MILLISECONDS})",
         slowest <= MILLISECONDS),
        (f"the first page has {size / 1_000:.0f} kB (bar {BYTES / 1_000:.0f})", size <= BYTES),
    ]
    for words, is_met in bars:
        print(f"{'met' if is_met else 'MISSED'}: {words}")
    sys.exit(0 if all(is_met for _, is_met in bars) else 1)


if __name__ == "__main__":
    main()
