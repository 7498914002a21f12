"""A served site for tests: the server in a process of its own, and a client that sends exactly what it is told."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]


@dataclass
class Answer:
    """A response: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Site:
    """``kg serve`` on a free port.

    :param graph: the folder of a build, or the address of an endpoint.
    :param before: Python that the server runs before it starts.
    """

    def __init__(self, graph: Path | str, *options: object, before: str = "") -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"{before}\nfrom kg.cli import main; main()",
                "serve",
                "--endpoint" if isinstance(graph, str) else "-g",
                graph,
                "--port",
                "0",
                *map(str, options),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", self.said)
        assert found, self.said + self.process.stderr.read()
        self.port = int(found[1])
        self.address = f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        """Send a request; the names of ``headers`` have ``_`` for ``-``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode() if isinstance(body, str) else body, given)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def get(self, path: str, accept: str = "*/*", **headers: str) -> Answer:
        return self.send("GET", path, Accept=accept, **headers)

    def query(self, text: str, accept: str = "application/sparql-results+json", **more: str) -> Answer:
        return self.get("/sparql?" + urlencode({"query": text, **more}), accept)

    def stop(self) -> int:
        """End the server as Ctrl-C or a service manager would; return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(20)
