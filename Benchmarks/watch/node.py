"""The logs of a thousand containers of one node, followed at once with the usual limit of open files."""
import os
import statistics
import time

from receiver import Receiver
from watcher import OPEN_FILES, Watcher, percentile

# Lines of each log in each round, and rounds.
LINES, ROUNDS = 100, 5
# How many findings are timed, and how long nothing is written.
TIMED, IDLE_SECONDS = 100, 10.0
# Megabytes, milliseconds at the 99th percentile, and share of one processor while nothing happens.
MEMORY, DELAY, IDLE = 128.0, 250.0, 0.02

PLAIN = (
    '{now} stdout F [{now}] "GET /api/items/{number} HTTP/1.1" 200 - via_upstream - "-" 0 1204 3 2 "10.1.{high}.{low}" '
    '"okhttp/4.12.0" "8e7b52e5-2b4c-4f0e-9d7e-{number:012x}" "shop.example.test" "10.0.3.9:8080" inbound|8080|| '
    "127.0.0.6:41811 10.0.3.9:8080 10.1.{high}.{low}:0 outbound_.8080_._.shop default\n"
)
CREATE = (
    '{now} stdout F [{now}] "POST /v1.45/containers/create?name={name} HTTP/1.1" 201 - via_upstream - "-" 812 88 31 30 '
    '"198.18.7.9" "curl/8.5.0" "8e7b52e5-2b4c-4f0e-9d7e-ffff{number:08x}" "docker.example.test" "10.0.3.9:2375" '
    "inbound|2375|| 127.0.0.6:41811 10.0.3.9:2375 198.18.7.9:0 outbound_.2375_._.docker default\n"
)


def measure(options):
    folder = os.path.join(options.scratch, "node")
    pods = os.path.join(folder, "pods")
    logs = [made(pods, number) for number in range(options.logs)]
    receiver = Receiver()
    sources = f"  - container-logs: {{paths: ['{pods}/*/*/*.log'], from: beginning}}"
    outputs = f"[{{webhook: {{url: '{receiver.address}'}}}}]"
    watcher = Watcher(options.binary, folder, sources, outputs)
    with watcher.running():
        watcher.until(lambda: watcher.metrics().get("tidewaiter_source_up") == 1)
        rates, cpus, written = [], [], 0
        for turn in range(ROUNDS):
            before, begin = watcher.cpu_seconds(), time.monotonic()
            for number, log in enumerate(logs):
                append(log, "".join(plain(turn * LINES + line, number) for line in range(LINES)))
            written += LINES * len(logs)
            watcher.until(lambda: watcher.records() >= written, seconds=300, interval=0.01)
            rates.append(LINES * len(logs) / (time.monotonic() - begin))
            cpus.append((watcher.cpu_seconds() - before) / (LINES * len(logs)))
        resident, files = watcher.memory()[1], watcher.open_files()
        # What is left to do (a look at each file) is done.
        time.sleep(3)
        before, begin = watcher.cpu_seconds(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        idle = (watcher.cpu_seconds() - before) / (time.monotonic() - begin)
        delays = timed(watcher, receiver, logs)
    receiver.close()
    print(f"\n{len(logs):,} logs, {OPEN_FILES} open files allowed (medians of {ROUNDS})")
    print("| records/s | CPU µs a record | peak MB | open files | CPU at rest |\n|---|---|---|---|---|")
    rate, cpu = statistics.median(rates), statistics.median(cpus) * 1e6
    print(f"| {rate:,.0f} | {cpu:.1f} | {resident:.0f} | {files} | {idle:.2%} |")
    p50, p99 = statistics.median(delays) * 1000, percentile(delays, 99) * 1000
    print(f"from a line to its finding at the receiver: median {p50:.0f} ms, 99th percentile {p99:.0f} ms")
    return [
        (f"{len(logs):,} logs of one node: {resident:.0f} MB (bar {MEMORY:.0f})", resident < MEMORY),
        (f"line to finding {p99:.0f} ms at the 99th percentile (bar {DELAY:.0f})", p99 < DELAY),
        (f"{idle:.2%} of a processor while nothing is written (bar {IDLE:.0%})", idle < IDLE),
    ]


def made(pods, number):
    """The path of a container's log, as a kubelet lays it out."""
    folder = os.path.join(pods, f"team-{number % 40}_web-{number}_00000000-0000-4000-8000-{number:012x}", "istio-proxy")
    os.makedirs(folder)
    path = os.path.join(folder, "0.log")
    open(path, "wb").close()
    return path


def append(path, text):
    with open(path, "ab", buffering=0) as file:
        file.write(text.encode())


def stamp():
    moment = time.time_ns()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 10**9)) + f".{moment // 10**6 % 1000:03}Z"


def plain(line, number):
    return PLAIN.format(now=stamp(), number=line, high=number >> 8, low=number & 255)


def timed(watcher, receiver, logs):
    """Seconds from a line's writing to its finding, one log after the other, while others go on now and then."""
    delays = []
    for number in range(TIMED):
        name = f"timed-{number:04}"
        for other in range(10):
            append(logs[(number * 37 + other * 11) % len(logs)], plain(number, other))
        begin = time.monotonic()
        append(logs[number * 7 % len(logs)], CREATE.format(now=stamp(), name=name, number=number))
        came = receiver.time_of(name)
        if came is None:
            raise SystemExit(f"bench-watch: no finding of {name} came")
        delays.append(came - begin)
        time.sleep(0.05)
    return delays
