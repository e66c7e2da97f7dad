"""A webhook's receiver, which notes when each finding came."""
import socket
import threading
import time


class Receiver:
    """Answers every POST with 204 at once, on kept connections, and keeps what came with its time."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.came = []
        self.changed = threading.Condition()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        pending = b""
        with connection:
            while True:
                head, end, rest = pending.partition(b"\r\n\r\n")
                if end:
                    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
                    length = int(lengths[0][15:]) if lengths else 0
                    if len(rest) >= length:
                        self.note(rest[:length])
                        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                        pending = rest[length:]
                        continue
                try:
                    data = connection.recv(1 << 16)
                except OSError:
                    return
                if not data:
                    return
                pending += data

    def note(self, body):
        with self.changed:
            self.came.append((time.monotonic(), body))
            self.changed.notify_all()

    def time_of(self, word, seconds=30):
        """When the first body with that word in it came; nil where none does in time."""
        word, seen, end = word.encode(), 0, time.monotonic() + seconds
        with self.changed:
            while True:
                for moment, body in self.came[seen:]:
                    if word in body:
                        return moment
                seen = len(self.came)
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self.changed.wait(left)

    def close(self):
        self.listener.close()
