"""``kg serve`` in a process of its own, for the benchmarks that send it requests."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from commands import ENVIRONMENT, KG

HERE = "127.0.0.1"
PATIENCE = 60
"""Seconds that a client waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: its port and the number of its process."""

    port: int
    process: int


@contextmanager
def serving(directory: Path, *options: str) -> Iterator[Server]:
    """Serve the build in ``directory`` until the block ends; ``options`` are those of ``kg serve``."""
    command = [*KG, "serve", "-g", str(directory), "--port", "0", *options]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        port = int(re.search(r":([0-9]+)/", process.stdout.readline())[1])
        yield Server(port=port, process=process.pid)
    finally:
        process.terminate()
        process.wait(30)


async def ask(port: int, path: str, query: str | None = None, *, address: str = HERE) -> int:
    """Return the status of the answer to a request, read to its end.

    A client of a few lines, as a library's would take more of the processor than the server does.

    :param query: SPARQL to send by POST.
    :param address: the client's own; on Linux all of 127.0.0.0/8 is this machine.
    :raises OSError: if there is no answer.
    """
    return (await fetch(port, path, query, address=address))[0]


async def fetch(port: int, path: str, query: str | None = None, *, address: str = HERE) -> tuple[int, bytes]:
    """Return status and body of an answer; arguments and errors as of ``ask``."""
    body = (query or "").encode("utf-8")
    head = [f"{'GET' if query is None else 'POST'} {path} HTTP/1.0", f"Host: 127.0.0.1:{port}", "Connection: close"]
    if query is not None:
        head += ["Content-Type: application/sparql-query", f"Content-Length: {len(body)}"]
    own = None if address == HERE else (address, 0)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(HERE, port, local_addr=own)
        try:
            writer.write("\r\n".join([*head, "", ""]).encode("ascii") + body)
            answer = await reader.read()
        finally:
            writer.close()
    said, _, body = answer.partition(b"\r\n\r\n")
    if not said.startswith(b"HTTP/1."):
        raise ConnectionError("The server closed the connection without an answer.")
    return int(said.split()[1]), body


def processes(server: int) -> list[int]:
    """Return the numbers of a server and of all its workers, which are children of a child of it."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                said = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                if said[0] != "Z":
                    parents[int(folder.name)] = int(said[1])
    found = [server]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found
