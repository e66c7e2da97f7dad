"""Records per second of a log that is written while it is followed, beside what reads the same bytes at rest."""
import os
import statistics
import subprocess
import time

from feed import Log, Pace
from watcher import Watcher

BLOCK = 4 << 20


def measure(options):
    compare(options, "audit", "kubernetes-audit", options.audit)
    compare(options, "docker", "docker-log", options.docker)
    # Nothing is promised: scan neither remembers deployments nor joins them.
    return []


def compare(options, name, form, log):
    """Rounds that take turns; medians, and ratios within a round."""
    records = lines(log)
    scan = [options.binary, "scan", "--format", "json", "--quiet", "--input", form, log]
    results = {"watch": [], "scan": []}
    if name == "audit":
        results["bare simdjson"] = []
    for turn in range(options.rounds):
        for way in sorted(results, reverse=turn % 2 == 1):
            if way == "watch":
                results[way].append(followed(options, f"{name}-{turn}", form, log, records))
            else:
                results[way].append(at_rest(scan if way == "scan" else [options.baseline, "ondemand", log]))
    print(f"\n{name}: {records:,} records, {os.path.getsize(log) / 1e6:,.0f} MB (medians of {options.rounds})")
    print("| | records/s | CPU µs a record | CPU s | peak MB |\n|---|---|---|---|---|")
    for way, runs in results.items():
        wall, cpu, peak = (statistics.median(run[index] for run in runs) for index in range(3))
        print(f"| {way} | {records / wall:,.0f} | {cpu / records * 1e6:.2f} | {cpu:.2f} | {peak:.0f} |")
    ratios = [watch[1] / scan[1] for watch, scan in zip(results["watch"], results["scan"])]
    ratio = statistics.median(ratios)
    found = [run[3] for run in results["watch"]]
    print(f"{ratio:.2f} times the processor time of scan; findings told in each round: {found}")


def lines(log):
    with open(log, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(BLOCK), b""))


def at_rest(command):
    """Wall and CPU seconds, and peak megabytes of one process."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"bench-watch: {command} ended with status {process.returncode}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def followed(options, name, form, log, records):
    """The same of watch, from the first byte written until all records are taken; and its findings."""
    folder = os.path.join(options.scratch, f"sustained-{name}")
    path = os.path.join(folder, "live.log")
    sources = f"  - files: {{paths: [{path}], format: {form}, from: beginning}}"
    watcher = Watcher(options.binary, folder, sources)
    target = Log(path)
    with watcher.running(), open(log, "rb") as source:
        pace = Pace(watcher)
        before, begin = watcher.cpu_seconds(), time.monotonic()
        while block := source.read(BLOCK):
            pace.wait(target.written)
            target.append(block)
        watcher.until(lambda: watcher.records() >= records, seconds=600, interval=0.01)
        wall, cpu = time.monotonic() - begin, watcher.cpu_seconds() - before
        peak, found = watcher.memory()[1], watcher.findings()
    target.close()
    for rotated in target.rotated + [path]:
        os.unlink(rotated)
    return wall, cpu, peak, found
