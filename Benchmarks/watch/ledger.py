"""What it costs to remember a finding: a transaction of one, and of a hundred, beside bare SQLite and the same rows."""
import os
import sqlite3
import statistics
import time

from records import HEAD, READ, TAIL, stamp
from watcher import Watcher

BATCH = 100
# Processor time of a finding among a hundred, with reading and judging it, by that of the bare inserts.
TOGETHER = 8.0

# One rule on raw records: each match is a finding, and no deployment is written beside it.
RULE = """\
title: Secret Read
id: 5d2c8f0e-3a41-4a47-9c1b-0f6f1d2e7b90
status: test
description: Every read of a secret, so that each record is a finding.
logsource: {product: kubernetes, service: audit}
detection:
    selection: {objectRef.resource: secrets}
    condition: selection
level: high
"""


def measure(options):
    folder = os.path.join(options.scratch, "ledger")
    os.makedirs(folder)
    with open(os.path.join(folder, "rule.yml"), "w") as file:
        file.write(RULE)
    path = os.path.join(folder, "audit.log")
    sources = f"  - files: {{paths: [{path}], format: kubernetes-audit, from: beginning}}"
    more = f"built-in-rules: false\nrules: [{folder}/rule.yml]"
    watcher = Watcher(options.binary, folder, sources, more=more)
    batches = max(1, options.findings // 10)
    with watcher.running(), open(path, "ab", buffering=0) as log:
        ledger = Ledger(watcher.ledger)
        lines = Lines()
        for _ in range(20):
            followed(watcher, ledger, log, [lines.line("secrets")])
        nothing = repeated(min(20, options.findings), lambda: followed(watcher, ledger, log, [lines.line("pods")]))
        one = repeated(options.findings, lambda: followed(watcher, ledger, log, [lines.line("secrets")]))
        many = repeated(batches, lambda: followed(watcher, ledger, log, [lines.line("secrets") for _ in range(BATCH)]))
        rows = ledger.rows()
    bare_one = bare(watcher.ledger, os.path.join(folder, "one.sqlite"), rows, 1, options.findings)
    bare_many = bare(watcher.ledger, os.path.join(folder, "many.sqlite"), rows, BATCH, batches)
    size = statistics.mean(sum(len(value) for value in row if isinstance(value, (bytes, str))) for row in rows)
    print(f"\n{len(rows):,} findings of {size:,.0f} bytes each (medians)")
    print("| | wall ms a transaction | CPU µs a transaction | CPU µs a finding |\n|---|---|---|---|")
    for name, (wall, cpu), count in (
        ("watch: a record without finding", nothing, None),
        ("watch: one finding", one, 1),
        (f"watch: {BATCH} findings", many, BATCH),
        ("bare SQLite: one row", bare_one, 1),
        (f"bare SQLite: {BATCH} rows", bare_many, BATCH),
    ):
        each = f"{cpu / count * 1e6:,.0f}" if count else "-"
        print(f"| {name} | {wall * 1e3:.2f} | {cpu * 1e6:,.0f} | {each} |")
    together = many[1] / bare_many[1]
    return [
        (f"one of {BATCH} findings {together:.1f} bare inserts of CPU (bar {TOGETHER})", together <= TOGETHER),
    ]


class Lines:
    """Audit events that differ in id, user and time."""

    def __init__(self):
        self.made = 0

    def line(self, kind):
        self.made += 1
        now, number = stamp(), self.made
        body = READ % (f"team-{number % 50}", kind, "get", f"dev-{number % 200}@example.test", 0, number % 250, kind,
                       f"team-{number % 50}")  # fmt: skip
        return HEAD % ("Metadata", f"{number:08x}-0000-4000-8000-000000000000") + body + TAIL % (now, now)


class Ledger:
    """Another program's view of the ledger."""

    def __init__(self, path):
        self.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.version = self.data_version()

    def data_version(self):
        # Changes with each transaction that another connection has written.
        return self.database.execute("PRAGMA data_version").fetchone()[0]

    def count(self):
        return self.database.execute("SELECT coalesce(max(sequence), 0) FROM findings").fetchone()[0]

    def cursor(self):
        return self.database.execute("SELECT max(cursor) FROM streams").fetchone()[0]

    def rows(self):
        return self.database.execute("SELECT * FROM findings ORDER BY sequence").fetchall()


def followed(watcher, ledger, log, lines):
    """Wall and CPU seconds from before the lines are written until what comes of them is remembered."""
    wanted = ledger.count() + sum('"resource":"secrets"' in line for line in lines)
    before_cursor, version = ledger.cursor(), ledger.data_version()
    cpu, begin = watcher.cpu_seconds(), time.monotonic()
    log.write("".join(lines).encode())
    end = begin + 30
    while time.monotonic() < end:
        if ledger.data_version() != version:
            version = ledger.data_version()
            if ledger.count() >= wanted and ledger.cursor() != before_cursor:
                wall = time.monotonic() - begin
                # What it does after the transaction is part of the cost.
                time.sleep(0.005)
                return wall, watcher.cpu_seconds() - cpu
        time.sleep(0.0001)
    raise SystemExit("bench-watch: a finding did not come to the ledger")


def repeated(times, body):
    results = [body() for _ in range(times)]
    return tuple(statistics.median(result[index] for result in results) for index in range(2))


def bare(ledger, path, rows, count, times):
    """Wall and CPU seconds of a transaction of so many rows, with a cursor, in tables and indexes like the ledger's."""
    source = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    # Nothing is counted beside them.
    made = source.execute(
        "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('findings', 'streams') AND type <> 'trigger' AND sql IS NOT NULL"
    )
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for (statement,) in made:
        database.execute(statement)
    database.execute("INSERT INTO streams (source, stream, cursor, records_since) VALUES ('files', 'log', '', 0)")
    insert = f"INSERT INTO findings VALUES ({', '.join('?' * len(rows[0]))})"
    results, given = [], 0
    for turn in range(times):
        cpu, begin = time.process_time(), time.monotonic()
        database.execute("BEGIN IMMEDIATE")
        for _ in range(count):
            row = rows[given % len(rows)]
            # Another key each time round.
            database.execute(insert, (given + 1, f"{row[1]}{given}", *row[2:]))
            given += 1
        database.execute("UPDATE streams SET cursor = ?, records_since = ?", (str(turn) * 40, turn))
        database.execute("COMMIT")
        results.append((time.monotonic() - begin, time.process_time() - cpu))
    database.close()
    return tuple(statistics.median(result[index] for result in results) for index in range(2))
