"""Inside the guest, with the system's own Python: a printer that counts, a POS that prints.

``shop.py printer PORT FILE`` appends the numbers of the jobs that are on paper.
``shop.py receipt PORT FILE`` prints one receipt, which the customer may choose for.
``shop.py page PORT FILE SECONDS`` loads the customer's display every 100 ms.
``shop.py eat PATH`` has one huge picture read.
``shop.py pos PORT FILE SECONDS`` prints a numbered job every 100 ms, each on a connection
of its own, and says at the end as JSON how many were refused or reset, and the longest
wait for the hang-up that means "taken".
"""

from __future__ import annotations

import json
import random
import re
import socket
import struct
import sys
import threading
import time
import zlib

EVERY_S = 0.1
PATIENCE_S = 40.0
JOB = b"\x1b@COMMANDE NO %06d\nTABLE 4\n\n\n\x1dV\x00"
RECEIPT = (
    b"\x1b@\x1ba\x01LE COMPTOIR DES HALLES\n\x1ba\x00"
    b"BAGUETTE                         1,20\n"
    b"CROISSANT                        2,30\n"
    b"TOTAL TTC                        3,50\n"
    b"ESPECES                          3,50\n"
    b"21/11/2026 12:00  Ticket %06d\n\n\n\n\x1dV\x00"
)
NUMBER = re.compile(rb"(?:COMMANDE NO|Ticket) (\d{6})\n")


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


def receipt(port: int, path: str) -> None:
    number = int(time.time()) % 10**6
    if fate := _hand_in(port, RECEIPT % number):
        sys.exit(fate)
    with open(path, "a") as sent:
        sent.write(f"{number}\n")
    print(number)


def page(port: int, seconds: float) -> None:
    told = {"sent": 0, "refused": 0, "reset": 0, "longest_s": 0.0}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.monotonic()
        told[_loaded(port)] += 1
        told["longest_s"] = max(told["longest_s"], time.monotonic() - began)
        time.sleep(EVERY_S)
    print(json.dumps(told))


def _loaded(port: int) -> str:
    ask = b"GET /display HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n" % port
    try:
        line = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    except OSError:
        return "refused"
    try:
        with line:
            line.sendall(ask)
            said = b""
            while piece := line.recv(65536):
                said += piece
    except OSError:
        return "reset"
    return "sent" if b" 200 " in said.partition(b"\r\n")[0] + b" " else "reset"


def eat(path: str) -> None:
    """A PNG of 12000 x 12000 grey dots, half of a gigabyte where it is read."""
    side = 12000
    packer = zlib.compressobj(1)
    rows = b"".join(
        packer.compress(b"\0" + bytes(random.randrange(256) for _ in range(16)) * 750)
        for _ in range(side)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", rows + packer.flush()),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        try:
            line.sendall(b"eng\n" + png)
            line.shutdown(socket.SHUT_WR)
            said = b""
            while piece := line.recv(65536):
                said += piece
        except OSError as error:
            said = str(error).encode()
    print("done" if said.endswith(b"\ndone\n") else "cut off")


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
    role, port, *more = sys.argv[1:]
    path, *more = more or [""]
    if role == "printer":
        printer(int(port), path)
    elif role == "receipt":
        receipt(int(port), path)
    elif role == "page":
        page(int(port), float(more[0]))
    elif role == "eat":
        eat(port)
    else:
        pos(int(port), path, float(more[0]))
