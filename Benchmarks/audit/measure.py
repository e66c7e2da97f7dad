"""Times audits, and fails where a bar is missed."""
import json
import resource
import statistics
import subprocess
import sys
import time

binary, evidence, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
missed = False
for name, arguments, bar in [
    ("host", [], 2.0), ("host-without-questions", ["--no-probes"], 2.0), ("cluster-5000-pods", ["--evidence", evidence], 5.0),
]:
    times = []
    for _ in range(rounds):
        start = time.monotonic()
        done = subprocess.run([binary, "audit", "--format", "json", *arguments], stdout=subprocess.PIPE, check=True)
        times.append(time.monotonic() - start)
    checks = json.loads(done.stdout)["checks"]
    made = sum(check["outcome"] not in ("na", "unknown") for check in checks)
    median = statistics.median(times)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"audit-{name}: {median:.2f} s (bar {bar} s), {len(checks)} checks, {made} decided, {peak:.0f} MB at most so far")
    missed |= median > bar
sys.exit(missed)
