"""Runs a command in a terminal of 24 lines and 80 columns, asks its shell for the size, makes it 40 by 100, asks again."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time


def resize(terminal, lines, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def until(terminal, pattern, seconds=15):
    text = ""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            text += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            break
        if found := re.search(pattern, text):
            return found.group(1)
    sys.exit(f"no {pattern} in {text!r}")


def main():
    child, terminal = pty.fork()
    if child == 0:
        # The size is set before the client starts.
        time.sleep(0.2)
        os.execvp(sys.argv[1], sys.argv[1:])
    resize(terminal, 24, 80)
    until(terminal, "([#$] )")
    for size in [(24, 80), (40, 100)]:
        resize(terminal, *size)
        # The client tells the engine of the new size in a request of its own.
        time.sleep(0.5)
        os.write(terminal, b"echo size=$(stty size)=\n")
        print(until(terminal, r"size=(\d+ \d+)="))
    os.write(terminal, b"exit 7\n")
    print("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
