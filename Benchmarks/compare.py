#!/usr/bin/env python3
"""Runs the scan benchmarks in turn on one core and prints medians and ratios; see Benchmarks/README.md."""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import uuid


def run(command, core):
    """CPU seconds (user and system) and peak memory in MB of one process, and what it printed."""
    read_end, write_end = os.pipe()
    process = subprocess.Popen(["taskset", "-c", str(core), *command], stdout=subprocess.DEVNULL, stderr=write_end)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        errors = pipe.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"{command} ended with status {process.returncode}: {errors.decode(errors='replace')[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def times_the_rules(source, target, factor):
    """Writes every rule `factor - 1` times more, with ids, titles and matched texts of their own."""
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    texts = {}
    for folder, _, names in os.walk(source):
        for name in names:
            if name.endswith(".yml"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    texts[name] = file.read()
    # Correlations refer to rules by these.
    names = re.findall(r"(?m)^name: (\S+)", "\n".join(texts.values()))
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names))
    for name, text in sorted(texts.items()):
        for copy in range(1, factor):
            rules = [changed(rule, f"{name}/{place}", copy, known) for place, rule in enumerate(text.split("\n---\n"))]
            with open(os.path.join(target, f"{copy}-{name}"), "w", encoding="utf-8") as file:
                file.write("\n---\n".join(rules))


def changed(rule, place, copy, names):
    """A rule with an id, a title, a name and matched texts of its own, and without its tests."""
    rule = re.sub(r"(?m)^id:.*$", f"id: {uuid.uuid5(uuid.NAMESPACE_URL, f'{place}/{copy}')}", rule)
    rule = re.sub(r"(?m)^title: (.*)$", rf"title: \g<1> ({copy})", rule)
    rule = names.sub(rf"\g<0>_{copy}", rule).partition("\ntests:")[0]
    # A literal of four letters or more gets a tail, so that no pattern is the same as another's.
    head, detection, rest = rule.partition("\ndetection:")
    rest = re.sub(r"(?m)^(\s+- )'([^'\\]{4,})'\s*$", rf"\g<1>'\g<2>{copy}'", rest)
    return head + detection + rest


def main():
    parser = argparse.ArgumentParser()
    for option in ("binary", "baseline", "audit", "docker", "rules", "scratch"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    many = os.path.join(arguments.scratch, "rules-times-10")
    times_the_rules(arguments.rules, many, 10)
    scan = [arguments.binary, "scan", "--format", "json", "--quiet"]
    commands = {
        "simdjson dom": [arguments.baseline, "dom", arguments.audit],
        "simdjson on-demand": [arguments.baseline, "ondemand", arguments.audit],
        "scan audit": scan + ["--input", "kubernetes-audit", arguments.audit],
        "scan audit, 10 x rules": scan + ["--input", "kubernetes-audit", "--rules", many, arguments.audit],
        "scan docker": scan + ["--input", "docker-log", arguments.docker],
    }
    seconds = {name: [] for name in commands}
    memory = {name: 0.0 for name in commands}
    for _ in range(arguments.rounds):
        for name, command in commands.items():
            cpu, peak = run(command, arguments.core)
            seconds[name].append(cpu)
            memory[name] = max(memory[name], peak)

    with open(arguments.audit, "rb") as file:
        events = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 22), b""))
    sizes = {name: os.path.getsize(arguments.docker if "docker" in name else arguments.audit) for name in commands}
    print(f"{'':24}{'CPU s':>8}{'MB/s':>8}{'peak MB':>9}   (medians of {arguments.rounds}, one core)")
    for name in commands:
        median = statistics.median(seconds[name])
        print(f"{name:24}{median:8.2f}{sizes[name] / median / 1e6:8.0f}{memory[name]:9.1f}")
    best = min(("simdjson dom", "simdjson on-demand"), key=lambda name: statistics.median(seconds[name]))
    ratios = [a / b for a, b in zip(seconds[best], seconds["scan audit"])]
    slower = [a / b for a, b in zip(seconds["scan audit, 10 x rules"], seconds["scan audit"])]
    print(f"scan-audit-vs-simdjson: {statistics.median(ratios):.2f}")
    print(f"scan-audit-events-per-second: {events / statistics.median(seconds['scan audit']):.0f}")
    print(f"scan-audit-ten-times-the-rules: {statistics.median(slower):.2f} times the time")
    print(f"scan-docker-mb-per-second: {sizes['scan docker'] / statistics.median(seconds['scan docker']) / 1e6:.0f}")


main()
