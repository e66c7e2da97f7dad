"""From a container's creation on a real Docker engine to its finding in a webhook's receiver."""
import os
import statistics
import sys
import time

from receiver import Receiver
from watcher import Watcher, percentile

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "guard"))
import engine as docker
from servers import ask, ask_json

# Milliseconds, at the 99th percentile.
LIMIT = 250.0
# Seconds between creates.
INTERVAL = 0.2


def measure(options):
    receiver = Receiver()
    with docker.engine(os.path.abspath(options.lab), os.path.join(options.scratch, "lab")) as server:
        sources = f"  - docker-events: {{engine: 'unix://{server.path}'}}"
        # As it is by default, but for the address.
        outputs = f"[{{webhook: {{url: '{receiver.address}'}}}}]"
        watcher = Watcher(options.binary, os.path.join(options.scratch, "create"), sources, outputs)
        with watcher.running():
            watcher.until(lambda: watcher.metrics().get("tidewaiter_source_up") == 1)
            # The first of each kind opens files and connections.
            for number in range(10):
                created(server.path, f"warming-{number:04}")
            receiver.time_of("warming-0009")
            before, begin = watcher.cpu_seconds(), time.monotonic()
            times = [one(server.path, receiver, f"measured-{number:04}") for number in range(options.creates)]
            cpu, wall = watcher.cpu_seconds() - before, time.monotonic() - begin
            resident = watcher.memory()[0]
    receiver.close()
    told, alone = [time[0] for time in times], [time[1] for time in times]
    print("\n| milliseconds | median | p90 | p99 | most |\n|---|---|---|---|---|")
    for name, values in (("from the request to the finding", told), ("the request alone", alone)):
        row = [statistics.median(values), percentile(values, 90), percentile(values, 99), max(values)]
        print(f"| {name} | {' | '.join(f'{value * 1000:.1f}' for value in row)} |")
    behind = [first - second for first, second in zip(told, alone)]
    print(f"the finding came {statistics.median(behind) * 1000:.1f} ms after the engine's answer, at the median")
    rate = len(times) / wall
    print(f"{cpu / len(times) * 1000:.1f} CPU ms of watch a create, {resident:.1f} MB, {rate:.1f} creates/s")
    p99 = percentile(told, 99) * 1000
    return [(f"create to finding {p99:.0f} ms at the 99th percentile (bar {LIMIT:.0f})", p99 < LIMIT)]


def one(path, receiver, name):
    """Seconds from before the request to its finding, and to its answer."""
    begin = time.monotonic()
    id = created(path, name)
    answered = time.monotonic() - begin
    # Whichever of its findings came first.
    came = receiver.time_of(name)
    if came is None:
        sys.exit(f"bench-watch: no finding of {name} came")
    status, _ = ask(path, "DELETE", f"/containers/{id}?force=1")
    if status != 204:
        sys.exit(f"bench-watch: {name} was not removed: {status}")
    time.sleep(max(0.0, INTERVAL - (time.monotonic() - begin)))
    return came - begin, answered


def created(path, name):
    body = docker.deployment(docker.IMAGE)
    body["HostConfig"] |= {"Privileged": True, "Binds": ["/:/host"]}
    return ask_json(path, "POST", f"/containers/create?name={name}", body)["Id"]
