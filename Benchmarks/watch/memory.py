"""Resident memory while millions of records are followed, of ever new users, namespaces, images and containers."""
import os
import time

from feed import Log, Pace
from records import Records
from watcher import Watcher

# Megabytes; and what is held at the end by what was held after a fifth of it, when every bounded memory is full.
LIMIT, GROWTH = 128.0, 1.10
CHUNK = 10_000
# One record in five is of a Docker engine.
ENGINE = 2_000


def measure(options):
    folder = os.path.join(options.scratch, "memory")
    paths = {name: os.path.join(folder, f"{name}.log") for name in ("audit", "dockerd")}
    sources = (
        f"  - {{name: audit, files: {{paths: [{paths['audit']}], format: kubernetes-audit, from: beginning}}}}\n"
        f"  - {{name: dockerd, files: {{paths: [{paths['dockerd']}], format: docker-log, from: beginning}}}}"
    )
    outputs = f"[{{file: {{path: {folder}/findings.jsonl, size: 10MiB, keep: 1}}}}]"
    watcher = Watcher(options.binary, folder, sources, outputs)
    logs = {name: Log(path, keep=2) for name, path in paths.items()}
    records, held = Records(), {}
    marks = sorted({options.records * share // 10 for share in (1, 2, 5, 10)})
    with watcher.running():
        pace, written, begin = Pace(watcher, ahead=16_000_000), 0, time.monotonic()
        first = watcher.memory()[0]
        for mark in marks:
            while written < mark:
                count = min(CHUNK, mark - written)
                lines, made = records.docker(max(1, count * ENGINE // CHUNK))
                logs["dockerd"].append(lines)
                logs["audit"].append(records.audit(max(0, count - made)))
                written += max(count, made)
                pace.wait(sum(log.written for log in logs.values()))
            watcher.until(lambda: watcher.records() >= written, seconds=300)
            held[mark] = watcher.memory()
            seconds = time.monotonic() - begin
            print(f"{mark:,} records after {seconds:.0f} s: {held[mark][0]:.1f} MB (at most {held[mark][1]:.1f})")
        numbers, cpu = watcher.metrics(), watcher.cpu_seconds()
    for log in logs.values():
        log.close()
    told = ", ".join(
        f"{numbers.get(f'tidewaiter_{name}', 0):,.0f} {words}"
        for name, words in (
            ("deployments_total", "deployments"),
            ("findings_total", "findings"),
            ("correlation_evicted_events", "events put out of correlations' mind"),
            ("correlation_late_events", "late"),
        )
    )
    print(f"before: {first:.1f} MB; {told}; {cpu / options.records * 1e6:.2f} CPU µs a record")
    print(f"ledger: {os.path.getsize(watcher.ledger) / 1e6:,.0f} MB")
    peak, last = held[marks[-1]][1], held[marks[-1]][0]
    growth = last / held[marks[1]][0] if len(marks) > 1 else 1.0
    return [
        (f"memory {peak:.1f} MB at most in {options.records:,} records (bar {LIMIT:.0f})", peak < LIMIT),
        (f"memory {growth:.2f} of what it was after a fifth of them (bar {GROWTH})", growth <= GROWTH),
    ]
