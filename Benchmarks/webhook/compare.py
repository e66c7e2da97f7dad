#!/usr/bin/env python3
"""Measures the admission webhook beside one that does nothing, in interleaved rounds; see Benchmarks/README.md."""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

# The bars: throughput with 16 clients, p99 at a fixed rate, and megabytes of memory.
THROUGHPUT, SLOWNESS, MEMORY = 1.0, 1.5, 64.0
NOTHING, WEBHOOK = "does nothing", "tidewaiter"


def memory(process):
    """Resident megabytes."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--reviews", required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    scratch = options.scratch
    cert, key = scratch / "server.pem", scratch / "server.key"
    # Quiet: a decision log on disk, as in use.
    commands = {
        NOTHING: [scratch / "nothing", "-listen", "127.0.0.1:19443", "-cert", cert, "-key", key],
        WEBHOOK: [
            ".build/release/tidewaiter", "guard", "kubernetes", "--listen", "tcp://127.0.0.1:18443",
            "--tls-cert", cert, "--tls-key", key, "--decisions", scratch / "decisions.jsonl",
        ],
    }
    urls = {NOTHING: "https://127.0.0.1:19443/validate", WEBHOOK: "https://127.0.0.1:18443/validate"}
    running = {}
    try:
        for name, command in commands.items():
            running[name] = subprocess.Popen(command, stderr=(scratch / f"{name}.err").open("w"))
        time.sleep(1)

        def load(name, *more):
            command = [scratch / "load", "-url", urls[name], "-reviews", options.reviews, *more]
            result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            if result["failed"]:
                sys.exit(f"bench-webhook: {name} failed {result['failed']} times")
            return result

        for name in running:
            load(name, "-seconds", "2")
        first = memory(running[WEBHOOK])
        full = {name: [] for name in running}
        paced = {name: [] for name in running}
        for turn in range(options.rounds):
            names = list(running) if turn % 2 == 0 else list(reversed(running))
            for name in names:
                full[name].append(load(name, "-seconds", str(options.seconds)))
            for name in names:
                paced[name].append(load(name, "-rate", "500", "-seconds", str(options.seconds)))
        last = memory(running[WEBHOOK])
    finally:
        for process in running.values():
            process.terminate()
            process.wait()

    def middle(results, key):
        return statistics.median(result[key] for result in results)

    print("| webhook | reviews/s, 16 clients | p99 ms | p50 ms at 500/s | p99 ms at 500/s |\n|---|---|---|---|---|")
    for name in running:
        print(
            f"| {name} | {middle(full[name], 'rate'):,.0f} | {middle(full[name], 'p99'):.2f} "
            f"| {middle(paced[name], 'p50'):.2f} | {middle(paced[name], 'p99'):.2f} |"
        )
    throughput = middle(full[WEBHOOK], "rate") / middle(full[NOTHING], "rate")
    slowness = middle(paced[WEBHOOK], "p99") / middle(paced[NOTHING], "p99")
    bars = [
        (f"throughput {throughput:.2f} of the other's (bar {THROUGHPUT})", throughput >= THROUGHPUT),
        (f"p99 at 500/s {slowness:.2f} times the other's (bar {SLOWNESS})", slowness <= SLOWNESS),
        (f"memory {first:.1f} MB, then {last:.1f} MB (bar {MEMORY:.0f})", last < MEMORY),
    ]
    for words, is_met in bars:
        print(f"{'met' if is_met else 'MISSED'}: {words}")
    sys.exit(0 if all(is_met for _, is_met in bars) else 1)


if __name__ == "__main__":
    main()
