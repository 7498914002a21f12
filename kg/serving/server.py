"""Start, serve, stop: the socket, the event loop, and what must be gone afterwards."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import uvicorn

from kg.serving.app import Limits, to_app
from kg.serving.connections import Connection
from kg.serving.elsewhere import Endpoint
from kg.serving.served import Served
from kg.serving.snapshot import Build, Folder

ADDRESS = "127.0.0.1"
_TURN = 0.0005
"""Seconds after which a thread that searches or writes a page lets others of the server have their turn."""
WORKERS = max(4, min(8, os.cpu_count() or 1))
"""Queries that run at once: with one more than a visitor's runaway, the others are answered."""
_HEADERS = 64 * 2**10
"""Bytes that the request line and headers may have: a query in a GET fits, more is for POST."""


class PortTaken(OSError):
    """Another program listens on the port."""


def serve(
    source: Folder | Endpoint, *, port: int, seconds: float, rows: int, started: Callable[[str, Build], None]
) -> None:
    """Serve a graph on 127.0.0.1 until the process is told to stop.

    :param source: where the graph is.
    :param port: the port; 0 takes a free one.
    :param seconds: how long a query may take.
    :param rows: how many rows or triples an answer may have.
    :param started: told the address of the site and the build served, as soon as it answers.
    :raises StoreMissing: if there is no graph; ``StoreDamaged`` if it cannot be read, ``kg.graph.remote.ERRORS`` if
        the endpoint gives no answer.
    :raises PortTaken: if another program listens on the port.
    """
    sys.setswitchinterval(_TURN)
    listening = bind(port)
    with listening:
        number = listening.getsockname()[1]
        first = source.take()
        served = Served(source, first, WORKERS)
        try:
            app = to_app(served, Limits(seconds=seconds, rows=rows), number)
            config = uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=_HEADERS,
                timeout_graceful_shutdown=1,
            )
            started(f"http://{ADDRESS}:{number}/", first.build)
            _Server(config, served).run(sockets=[listening])
        finally:
            served.close()


class _Server(uvicorn.Server):
    """A server that ends its running queries before it waits for their answers.

    It leaves nothing behind itself, as uvicorn then raises the signal again, which may be the end of the process.
    """

    def __init__(self, config: uvicorn.Config, served: Served) -> None:
        super().__init__(config)
        self._served = served

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._served.warm()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._served.stop()
        await super().shutdown(sockets)
        self._served.close()


def bind(port: int) -> socket.socket:
    """Return a socket that listens on ``port`` of the loopback interface.

    :raises PortTaken: if that cannot be.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        option = socket.SO_EXCLUSIVEADDRUSE
    else:
        option = socket.SO_REUSEADDR
    found.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        found.bind((ADDRESS, port))
        found.listen(2048)
    except OSError as error:
        found.close()
        raise PortTaken(
            f"Port {port} cannot be used ({error.strerror}); choose another with --port, 0 for any."
        ) from error
    return found
