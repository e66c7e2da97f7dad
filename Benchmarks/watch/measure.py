#!/usr/bin/env python3
"""Measures `tidewaiter watch`, part by part; see Benchmarks/README.md."""
import argparse
import sys
import time
from importlib import import_module

PARTS = ["sustained", "memory", "create", "ledger", "node"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    for option in ("binary", "scratch", "lab", "baseline", "audit", "docker"):
        parser.add_argument(f"--{option}", required=True)
    for option, number in (("rounds", 3), ("records", 10_000_000), ("creates", 250), ("findings", 300), ("logs", 1000)):
        parser.add_argument(f"--{option}", type=int, default=number)
    options = parser.parse_args()
    bars = []
    for part in options.parts:
        begin = time.monotonic()
        print(f"\n== {part} ==", flush=True)
        bars += import_module(part).measure(options)
        print(f"({time.monotonic() - begin:.0f} s)", flush=True)
    print()
    for words, is_met in bars:
        print(f"{'met' if is_met else 'MISSED'}: {words}")
    sys.exit(0 if all(is_met for _, is_met in bars) else 1)


if __name__ == "__main__":
    main()
