"""Why there is no answer: one word for programs, one sentence for people, and the HTTP status that says so.

Statuses of queries are those of SPARQL 1.1 Protocol, section 2.1.5: 400 for what is no query or is refused, 500 for a
query that was stopped.  Clients such as SPARQLWrapper show the message of exactly these.  Where the graph is in
another server the fault may be that one's: 502 and 504 (RFC 9110, sections 15.6.3 and 15.6.5).
"""

from __future__ import annotations

_STATUS = {
    "malformed": 400,
    "refused": 400,
    "missing": 404,
    "not-acceptable": 406,
    "gone": 499,
    "failed": 500,
    "stopped": 500,
    "endpoint-failed": 502,
    "busy": 503,
    "endpoint-slow": 504,
}


class NoAnswer(RuntimeError):
    """A request that has no answer.

    :param kind: why, one of the words above.
    :param message: one sentence.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _STATUS[self.kind]

    @property
    def headers(self) -> dict[str, str]:
        """What else a response says."""
        return {"retry-after": "5"} if self.kind == "busy" else {}


class Gone(NoAnswer):
    """A request whose asker has closed the connection: nobody hears of it."""

    def __init__(self) -> None:
        super().__init__("gone", "The client closed the connection.")


class QueryTooLong(NoAnswer):
    """A query that was stopped at the time limit."""

    def __init__(self, seconds: float) -> None:
        sentence = f"The query was stopped after {seconds:g} seconds; ask for less, or raise --timeout."
        super().__init__("stopped", sentence)


class EndpointTooSlow(NoAnswer):
    """A query to which the server that holds the graph gave no answer in time."""

    def __init__(self, seconds: float) -> None:
        sentence = f"The endpoint gave no answer within {seconds:g} seconds; ask for less, or raise --timeout."
        super().__init__("endpoint-slow", sentence)


class QueryTooLarge(NoAnswer):
    """A query that ended its worker: by its memory or by its nesting."""

    def __init__(self, message: str) -> None:
        super().__init__("stopped", message)


class ServerBusy(NoAnswer):
    """No worker came free in time."""

    def __init__(self, message: str) -> None:
        super().__init__("busy", message)
