"""What every request passes and every response carries.

The server listens on the loopback interface, yet any page that a browser on this machine shows can send it requests.
So it answers to its own names only (a name that an attacker's DNS points at 127.0.0.1 is not among them), and to no
other site's scripts: there is no CORS header, and a request that a browser marks as another site's is refused unless
it is a link that someone followed.  Programs, which send no such marks, are served.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Guard:
    """Let requests through to ``app`` that name this server and come from it or from a program.

    :param app: the application.
    :param port: the port of the server.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = set(to_hosts(port))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", _NO_PAGE)
            await send(message)

        refusal = self._refuse(Headers(scope=scope))
        if refusal is not None:
            status, reason = refusal
            await PlainTextResponse(reason + "\n", status)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _refuse(self, headers: Headers) -> tuple[int, str] | None:
        """Return status and reason of a refusal, None for a request that may pass."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, f"This server answers to {' and '.join(sorted(self._hosts))} only."
        origin = headers.get("origin")
        own = {f"http://{host}" for host in self._hosts}
        if origin is not None and origin.lower() not in own:
            return 403, "Requests of other sites are refused; open this server's own pages, or use a program."
        site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode", "")
        if site not in ("none", "same-origin") and mode != "navigate":
            return 403, "Requests of other sites are refused; open this server's own pages, or use a program."
        return None


def to_hosts(port: int) -> Iterable[str]:
    """Return what the Host header may say of a server on ``port``."""
    names = [f"{name}:{port}" for name in _NAMES]
    return names + list(_NAMES) if port == 80 else names
