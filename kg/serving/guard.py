"""What every request passes and every response carries.

The server listens on the loopback interface, yet any page that a browser on this machine shows can send it requests.
So it answers to its own names only (a name that an attacker's DNS points at 127.0.0.1 is not among them), and to no
other site's scripts: there is no CORS header, and a request that a browser marks as another site's is refused unless
it is a link that someone followed, into a window of its own; a frame asks before it is forbidden to show the answer.
Programs, which send no such marks, are served.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serving.turns import Pace, visitor

_NAMES = ("127.0.0.1", "localhost", "[::1]")
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
"""What every response says, whatever it answers."""
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The Content-Security-Policy of what is no page."""
_REQUESTS = 500
"""Requests that are being answered at once, some hundred visitors have no more; beyond, who has most gets no more."""
_OFTEN = 30
"""Requests of one visitor in a second, while others ask; further ones wait."""
_ELSEWHERE = "Requests of other sites are refused; open this server's own pages, or use a program."


class Guard:
    """Let requests through to ``app`` that name this server and come from it or from a program.

    :param app: the application.
    :param port: the port of the server.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = set(to_hosts(port))
        self._running: Counter[str] = Counter()
        self._pace = Pace(_OFTEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", NO_PAGE)
            await send(message)

        who = to_visitor(scope)
        refusal = self._refuse(Headers(scope=scope), who)
        if refusal is not None:
            status, reason = refusal
            headers = {"connection": "close"} | ({"retry-after": "5"} if status == 503 else {})
            await PlainTextResponse(reason + "\n", status, headers)(scope, receive, send_guarded)
            return
        self._running[who] += 1
        visitor.set(who)
        try:
            if wait := self._pace.to_wait(who):
                await asyncio.sleep(wait)
            await self._app(scope, receive, send_guarded)
        finally:
            self._running -= Counter((who,))

    def _refuse(self, headers: Headers, who: str) -> tuple[int, str] | None:
        """Return status and reason of a refusal, None for a request that may pass."""
        if "transfer-encoding" in headers and "content-length" in headers:  # RFC 9112, section 6.1: smuggling
            return 400, "A request has a length or comes in chunks, not both."
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, f"This server answers to {' and '.join(sorted(self._hosts))} only."
        origin = headers.get("origin")
        own = {f"http://{host}" for host in self._hosts}
        if origin is not None and origin.lower() not in own:
            return 403, _ELSEWHERE
        site = headers.get("sec-fetch-site", "none")
        link = (headers.get("sec-fetch-mode", ""), headers.get("sec-fetch-dest", "document"))
        if site not in ("none", "same-origin") and link != ("navigate", "document"):
            return 403, _ELSEWHERE
        if self._running.total() >= _REQUESTS and self._running[who] >= max(self._running.values()):
            return 503, "So many requests are being answered that this one must wait; try again in a moment."
        return None


def to_visitor(scope: Scope) -> str:
    """Return the address for which a request is answered, by which turns are taken.

    A web server in front says it last in X-Forwarded-For.  A program that says so without being one takes its turns
    in another's name and gains no more than one that opens connections of several addresses.
    """
    client = scope.get("client") or ("",)
    told = Headers(scope=scope).getlist("x-forwarded-for")
    return told[-1].rpartition(",")[2].strip()[:64] if told else client[0]


def to_hosts(port: int) -> Iterable[str]:
    """Return what the Host header may say of a server on ``port``."""
    names = [f"{name}:{port}" for name in _NAMES]
    return names + list(_NAMES) if port == 80 else names
