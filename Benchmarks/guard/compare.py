#!/usr/bin/env python3
"""Measures the guard beside HAProxy and nothing at all, in interleaved rounds; see Benchmarks/README.md."""
import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

from engine import IMAGE, deployment, engine, remove_made
from servers import Starter

# The bars: throughput of read routes, p99 of read routes, milliseconds that judging adds at p99, megabytes that a
# million requests and long streams may add.
THROUGHPUT, SLOWNESS, ADDED, FLAT = 0.7, 1.5, 1.0, 8.0
DIRECT, HAPROXY, BARE_HAPROXY, GUARD = "direct", "HAProxy", "HAProxy, bare", "guard"


@dataclass
class Case:
    """One kind of request, asked again and again."""

    name: str
    clients: int
    target: str
    status: int = 200
    body: str | None = None
    count: int | None = None
    reads: bool = True

    @property
    def title(self):
        return f"{self.name}, {self.clients} client{'s' if self.clients > 1 else ''}"


class Bench:
    def __init__(self, options):
        self.options = options
        self.starter = Starter(options.scratch, options.guard)

    def load(self, mode, server, *arguments):
        command = [os.path.join(self.options.scratch, "load"), mode, "--socket", server.path, *map(str, arguments)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if ran.returncode:
            sys.exit(f"{' '.join(command)} ended with {ran.returncode}")
        return json.loads(ran.stdout)

    def body(self, name, image):
        path = os.path.join(self.options.scratch, f"{name}.json")
        with open(path, "w") as file:
            json.dump(deployment(image), file)
        return path

    def measure(self, case, server, upstream):
        how = ["--count", case.count] if case.count else ["--seconds", self.options.seconds]
        if case.body:
            how += ["--body", case.body]
        before = server.cpu_seconds()
        figures = self.load("requests", server, "--target", case.target, "--status", case.status,
                            "--clients", case.clients, *how)  # fmt: skip
        if figures["unexpected"]:
            sys.exit(f"{case.title}: {figures['unexpected']} answers of {server.name} have another status than "
                     f"{case.status}, so nothing is measured")  # fmt: skip
        figures["cpu_us"] = (server.cpu_seconds() - before) / max(figures["requests"], 1) * 1e6
        if case.count:
            remove_made(upstream.path)
        return figures

    def rounds(self, title, upstream, cases):
        """Every case through every way to the upstream, in turn, the order changing from round to round."""
        figures = {(case.title, way): [] for case in cases for way in (DIRECT, HAPROXY, BARE_HAPROXY, GUARD)}
        with contextlib.ExitStack() as stack:
            ways = {
                DIRECT: upstream,
                HAPROXY: stack.enter_context(self.starter.haproxy(upstream.path, bare=False)),
                BARE_HAPROXY: stack.enter_context(self.starter.haproxy(upstream.path, bare=True)),
                GUARD: stack.enter_context(self.starter.guard(upstream.path)),
            }
            for server in ways.values():
                self.load("requests", server, "--target", "/_ping", "--clients", 16, "--seconds", 0.5)
            for number in range(self.options.rounds):
                order = list(ways)[number % len(ways) :] + list(ways)[: number % len(ways)]
                for case in cases:
                    for way in order:
                        figures[case.title, way].append(self.measure(case, ways[way], upstream))
            judging = self.judging_times()
        self.show(title, figures, cases)
        if judging:
            print(f"\nguard-judging-ms: {percentile(judging, 0.5):.3f} median, {percentile(judging, 0.99):.3f} p99, "
                  f"{percentile(judging, 0.999):.3f} p99.9 of {len(judging)} creates, by the guard's own records, "
                  f"its questions to the server included")  # fmt: skip
        return figures

    def judging_times(self):
        """How long the guard says that each create was judged, in milliseconds."""
        times = []
        with contextlib.suppress(FileNotFoundError), open(self.starter.decisions) as log:
            for line in log:
                if '"container-create"' in line:
                    times.append(json.loads(line)["event"]["duration"] / 1e6)
        return sorted(times)

    def show(self, title, figures, cases):
        print(f"\n{title} (medians of {self.options.rounds} rounds; CPU is the process's own)")
        print(f"{'':42}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'p99.9 ms':>10}{'CPU µs':>8}{'errors':>8}")
        for case in cases:
            for way in (DIRECT, HAPROXY, BARE_HAPROXY, GUARD):
                runs = figures[case.title, way]
                middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
                errors = sum(run["errors"] for run in runs)
                label = f"{case.title:28}" if way == DIRECT else " " * 28
                cpu = "" if way == DIRECT else f"{middle['cpu_us']:.1f}"
                print(f"{label}{way:>14}{middle['per_second']:9.0f}{middle['p50_ms']:9.3f}{middle['p99_ms']:9.3f}"
                      f"{middle['p999_ms']:10.3f}{cpu:>8}{errors:8}")  # fmt: skip
        sys.stdout.flush()

    def memory(self):
        """What the guard holds over many requests, a long body and a long answer; and how fast those go elsewhere."""
        options = self.options
        pings = ["--target", "/_ping", "--clients", 16, "--count"]
        print(f"\nThe guard's memory, MB{'':13}{'after':>8}{'at most':>9}")
        with contextlib.ExitStack() as stack:
            upstream = stack.enter_context(self.starter.trivial(options.stream))
            guard = stack.enter_context(self.starter.guard(upstream.path))
            ways = {DIRECT: upstream, BARE_HAPROXY: stack.enter_context(self.starter.haproxy(upstream.path, bare=True))}
            self.load("requests", guard, *pings, 20000)
            before = guard.memory()[1]
            self.tell_memory("20000 pings", guard)
            self.load("requests", guard, *pings, options.pings)
            self.tell_memory(f"{options.pings} pings more", guard)
            for title, mode, target, more in (
                ("sent", "send", "/v1.41/images/load", ["--bytes", options.stream]),
                ("received", "receive", "/v1.41/images/long/get", []),
            ):
                arguments = ["--target", target, *more]
                moved = self.load(mode, guard, *arguments)
                others = {name: self.load(mode, way, *arguments)["mb_per_second"] for name, way in ways.items()}
                speeds = ", ".join(f"{name} {speed}" for name, speed in others.items())
                note = "" if moved["status"] == 200 else f" STOPPED by status {moved['status']};"
                title = f"{options.stream / 1e9:.1f} GB {title}"
                self.tell_memory(title, guard, f"  {note} {moved['mb_per_second']} MB/s ({speeds})")
            growth = guard.memory()[1] - before
        print(f"\nguard-memory-growth-mb: {growth:.1f} {verdict(round(growth, 1), FLAT, False)}")

    @staticmethod
    def tell_memory(title, guard, note=""):
        now, peak = guard.memory()
        print(f"{title:34}{now:8.1f}{peak:9.1f}{note}", flush=True)


def percentile(ordered, fraction):
    return ordered[int(fraction * (len(ordered) - 1))]


def ratio(figures, case, name, way, other):
    """The median over the rounds of one way's figure by another's."""
    return statistics.median(a[name] / b[name] for a, b in zip(figures[case.title, way], figures[case.title, other]))


def added(figures, case, name):
    """The median over the rounds of what the guard adds to the way without it."""
    pairs = zip(figures[case.title, GUARD], figures[case.title, DIRECT])
    return statistics.median(guarded[name] - direct[name] for guarded, direct in pairs)


missed = 0


def verdict(value, bar, more_is_better):
    global missed
    met = (value >= bar) == more_is_better or value == bar
    missed += not met
    return f"(bar {bar}: {'met' if met else 'MISSED'})"


def tell(behind, figures, cases):
    """The ratios that the bars speak of."""
    print()
    reads = [case for case in cases if case.reads]
    for case in reads:
        name = f"guard-{case.name}-vs-haproxy"
        value = ratio(figures, case, "per_second", GUARD, HAPROXY)
        bare = ratio(figures, case, "per_second", GUARD, BARE_HAPROXY)
        print(f"{name}: {value:.2f} {verdict(value, THROUGHPUT, True)} "
              f"[{behind}, {case.title}; {bare:.2f} of a bare HAProxy]")  # fmt: skip
    for case in reads:
        value = ratio(figures, case, "p99_ms", GUARD, HAPROXY)
        print(f"guard-p99-vs-haproxy: {value:.2f} {verdict(value, SLOWNESS, False)} [{behind}, {case.title}]")
    for case in cases:
        if not case.reads:
            value = added(figures, case, "p99_ms")
            if case.clients > 1:
                mark = "(no bar: the clients wait for each other)"
            elif case.count:
                mark = f"(no bar: {case.count} creates, and the engine's disk)"
            else:
                mark = verdict(value, ADDED, False)
            print(f"guard-create-added-p99-ms: {value:.3f} {mark} "
                  f"[{behind}, {case.title}; median {added(figures, case, 'p50_ms'):.3f}]")  # fmt: skip
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    for option in ("scratch", "lab", "guard"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=0.6)
    parser.add_argument("--pings", type=int, default=1_000_000)
    parser.add_argument("--stream", type=int, default=5_000_000_000)
    parser.add_argument("--only", choices=["trivial", "engine", "memory"])
    options = parser.parse_args()
    bench = Bench(options)
    print(f"load average before: {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} processors")

    reads = [
        Case(name, clients, target)
        for name, target in (("ping", "/_ping"), ("containers", "/v1.41/containers/json?all=1"))
        for clients in (1, 16)
    ]
    create, missing = "/v1.41/containers/create", bench.body("missing", "bench/missing:1")
    real = bench.body("real", IMAGE)
    if options.only in (None, "trivial"):
        cases = reads + [Case("create", clients, create, 201, real, reads=False) for clients in (1, 16)]
        with bench.starter.trivial(options.stream) as upstream:
            tell("a server that costs nothing", bench.rounds("Before a server that costs nothing", upstream, cases), cases)
    if options.only in (None, "engine"):
        cases = reads + [Case("refused create", clients, create, 404, missing, reads=False) for clients in (1, 16)]
        cases += [Case("create", clients, create, 201, real, 50, reads=False) for clients in (1, 16)]
        with engine(options.lab, os.path.join(options.scratch, "engine")) as upstream:
            tell("a Docker engine", bench.rounds("Before a Docker engine", upstream, cases), cases)
    if options.only in (None, "memory"):
        bench.memory()
    print(f"load average after: {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
    if missed:
        sys.exit(f"bars missed: {missed}")


main()
