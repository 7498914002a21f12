"""The connections of the server: none is held open without being used, and none shuts others out.

uvicorn waits for the rest of a request, and for a client to take its answer, as long as it must; a few hundred
connections that say a byte a second would leave no room for anyone (CWE-400; RFC 9112, section 9.5, lets a server close
them).  Here the head of a request must have come in ``PATIENCE``, an answer must go on being taken, and where there are
``CONNECTIONS`` the one that has said nothing for longest makes room.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.serving.guard import ALWAYS, NO_PAGE

PATIENCE = 15
"""Seconds in which the head of a request must have come, and a stretch of an answer be taken."""
CONNECTIONS = 500
_STRETCH = 16 * 2**10
"""Bytes of an answer that a client must take meanwhile."""


class Connection(H11Protocol):
    """One connection; the arguments are those of uvicorn."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._since = 0.0
        self._deadline: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as H11Protocol's own
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            self._make_room()
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._taking):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._await_request()
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_taking()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()

    def send_400_response(self, msg: str) -> None:
        """Answer to what is no HTTP, with the headers of every other answer; the middle of an answer is not spoilt."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()
            return
        lines = ["HTTP/1.1 400 Bad Request", "content-type: text/plain; charset=utf-8", "connection: close"]
        lines += [f"{name}: {value}" for name, value in (*ALWAYS.items(), ("content-security-policy", NO_PAGE))]
        self.transport.write("\r\n".join([*lines, f"content-length: {len(msg)}", "", msg]).encode("ascii"))
        self.transport.close()

    def _is_waiting(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> None:
        others = [other for other in self.connections if isinstance(other, Connection) and other is not self]
        waiting = [other for other in others if other._is_waiting()]
        if waiting:
            longest = min(waiting, key=lambda other: other._since)
            self.connections.discard(longest)
            longest.transport.abort()

    def _await_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._since = self.loop.time()
        self._deadline = self.loop.call_later(PATIENCE, self._end_if_waiting)

    def _end_if_waiting(self) -> None:
        if self._is_waiting():
            self.transport.close()

    def _await_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(PATIENCE, self._end_if_not_taken, left)

    def _end_if_not_taken(self, before: int) -> None:
        if self.transport.get_write_buffer_size() > before - _STRETCH:
            self.transport.abort()
        else:
            self._await_taking()
