#!/usr/bin/env python3
"""Asks a webhook for reviews, as an API server does, until a file appears: reviewer.py URL CA REVIEW CLIENTS STOP-FILE

It ends by itself after five minutes, whatever became of the test that started it.

Each client keeps its HTTP/1.1 connection. Where a connection ends without an answer, the review is asked once more a tenth
of a second later on a new one, and the admission has failed only when that is not answered either. An API server is less patient: it asks again
by itself only where nothing had been sent on a kept connection (Go's net/http), and otherwise tells its own client, which
tries again. So `lost` is what a cluster's users may see as an error, and `failed` is what nobody's one retry mends.
It prints one JSON object: answered, lost (the reasons), failed (likewise), slowest (seconds), connections.
"""
import http.client
import json
import os
import ssl
import sys
import threading
import time
import urllib.parse


def main():
    url, authority, review, clients, stop = sys.argv[1:]
    place = urllib.parse.urlsplit(url)
    context = ssl.create_default_context(cafile=authority)
    with open(review, "rb") as file:
        body = file.read()
    result = {"answered": 0, "lost": [], "failed": [], "slowest": 0.0, "connections": 0}
    lock = threading.Lock()
    end = time.monotonic() + 300

    def connect():
        with lock:
            result["connections"] += 1
        return http.client.HTTPSConnection(place.hostname, place.port, context=context, timeout=10)

    def ask(connection):
        connection.request("POST", "/validate?timeout=10s", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise ValueError(f"status {answer.status}: {text[:200]!r}")
        response = json.loads(text)["response"]
        if response["uid"] != "u1" or response["allowed"]:
            raise ValueError(f"another answer: {text[:200]!r}")

    def work():
        connection = connect()
        while not os.path.exists(stop) and time.monotonic() < end:
            begin = time.monotonic()
            for attempt in range(2):
                try:
                    ask(connection)
                    with lock:
                        result["answered"] += 1
                    break
                except (OSError, http.client.HTTPException, ValueError) as error:
                    connection.close()
                    time.sleep(0.1)
                    connection = connect()
                    with lock:
                        result["lost"].append(repr(error))
                        if attempt == 1:
                            result["failed"].append(repr(error))
            with lock:
                result["slowest"] = max(result["slowest"], time.monotonic() - begin)
            time.sleep(0.01)

    threads = [threading.Thread(target=work) for _ in range(int(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(result))


main()
