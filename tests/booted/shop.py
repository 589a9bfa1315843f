"""Inside the guest, with the system's own Python: a printer that counts, a POS that prints.

``shop.py printer PORT FILE`` appends the numbers of the jobs that are on paper.
``shop.py pos PORT FILE SECONDS`` prints a numbered job every 100 ms, each on a connection
of its own, and says at the end as JSON how many were refused or reset, and the longest
wait for the hang-up that means "taken".
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time

EVERY_S = 0.1
PATIENCE_S = 40.0
JOB = b"\x1b@COMMANDE NO %06d\nTABLE 4\n\n\n\x1dV\x00"
NUMBER = re.compile(rb"COMMANDE NO (\d{6})\n")


def printer(port: int, path: str) -> None:
    lock = threading.Lock()

    def serve(came: socket.socket) -> None:
        rest = b""
        with came:
            while said := _read(came):
                for at in range(len(said)):
                    _answer(came, rest[-2:] + said[: at + 1])
                rest += said
                *whole, rest = re.split(rb"(?<=\x1dV\x00)", rest)
                with lock, open(path, "a") as paper:
                    for job in whole:
                        paper.writelines(
                            f"{int(number)}\n" for number in NUMBER.findall(job)
                        )

    with socket.create_server(("127.0.0.1", port), backlog=16) as listener:
        while True:
            came, _ = listener.accept()
            threading.Thread(target=serve, args=(came,), daemon=True).start()


def _read(came: socket.socket) -> bytes:
    try:
        return came.recv(4096)
    except OSError:
        return b""


def _answer(came: socket.socket, said: bytes) -> None:
    """DLE EOT n: online, paper; GS r 1: paper."""
    if said[-3:-1] == b"\x10\x04":
        came.sendall(b"\x12")
    elif said[-3:] == b"\x1dr\x01":
        came.sendall(b"\x00")


def pos(port: int, path: str, seconds: float) -> None:
    told = {"sent": 0, "refused": 0, "reset": 0, "longest_s": 0.0}
    lock = threading.Lock()

    def job(number: int) -> None:
        began = time.monotonic()
        fate = _hand_in(port, JOB % number)
        with lock, open(path, "a") as sent:
            told["longest_s"] = max(told["longest_s"], time.monotonic() - began)
            if fate:
                told[fate] += 1
            else:
                told["sent"] += 1
                sent.write(f"{number}\n")

    ends = time.monotonic() + seconds
    first, threads = int(time.time() * 10) % 100_000 * 10, []
    for number in range(100_000):
        if time.monotonic() > ends:
            break
        threads.append(threading.Thread(target=job, args=((first + number) % 10**6,)))
        threads[-1].start()
        time.sleep(EVERY_S)
    for thread in threads:
        thread.join()
    print(json.dumps(told))


def _hand_in(port: int, raw: bytes) -> str:
    try:
        line = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    except OSError:
        return "refused"
    try:
        with line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            while line.recv(1024):
                pass
    except OSError:
        return "reset"
    return ""


if __name__ == "__main__":
    role, port, path, *more = sys.argv[1:]
    if role == "printer":
        printer(int(port), path)
    else:
        pos(int(port), path, float(more[0]))
