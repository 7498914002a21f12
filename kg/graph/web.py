"""Requests to another server: the login, the waiting for a busy one, and what went wrong in one sentence."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = 600.0
"""Seconds that a server may be silent while an answer is awaited."""

_CONNECT_SECONDS = 10.0
_BUSY = (429, 503)
_TRIES, _LONGEST_WAIT_SECONDS = 4, 30.0
_TAG = re.compile(r"<(?:style|title)\b.*?</(?:style|title)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SHOWN = 200
_EXAMPLE = "http://127.0.0.1:7878/query"
_HOST = re.compile(r"[^\s/\[\]%]+")


class WrongAddress(ValueError):
    """An address that is none, or at which no such service answers."""


class ServerUnreachable(OSError):
    """No answer came from the server."""


class LoginRefused(PermissionError):
    """The server wants another login for this."""


class ServerBusy(OSError):
    """The server has too much to do, and still had after some waiting."""


class ServerFailed(OSError):
    """The server answered with an error of its own, or with what is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who asks: a user with a password (HTTP Basic or Digest, as the server wishes), or a bearer token (RFC 6750)."""

    user: str | None = None
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)


class Server:
    """One service of a server: its address, and a client that keeps the login.

    :param url: an ``http(s)://`` address; a user and password in it serve as the login.
    :param login: who asks; nobody by default.
    :param seconds: how long the server may be silent while an answer is awaited.
    :raises WrongAddress: if ``url`` is no such address.
    """

    def __init__(self, url: str, login: Login | None = None, seconds: float = PATIENCE) -> None:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise WrongAddress(f"{url!r} is no address ({error}); it looks like {_EXAMPLE}.") from error
        if parsed.scheme not in ("http", "https") or not _HOST.fullmatch(parsed.host):
            raise WrongAddress(f"{url!r} is no address of a server; it looks like {_EXAMPLE}.")
        if login is None and parsed.username:
            login = Login(user=parsed.username, password=parsed.password)
        self.url = parsed.copy_with(username=None, password=None, fragment=None)
        headers = {"user-agent": "kg"}
        if login and login.token:
            headers["authorization"] = f"Bearer {login.token}"
        # No connection is kept: after an error some servers take the unread rest of a body for the next request.
        self._client = httpx.Client(
            auth=_Answering(login.user, login.password) if login and login.user is not None else None,
            headers=headers,
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not _is_loopback(self.url.host),
        )

    def __str__(self) -> str:
        return str(self.url)

    def request(
        self, method: str, *, allowed: tuple[int, ...] = (), params: Mapping[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        """Return the server's answer to one request; a busy server is asked again some seconds later.

        :param allowed: status codes from 400 on that the caller understands.
        :param params: added to the query part of the address.
        :param body: ``content`` or ``data``, and ``headers``, as httpx takes them.
        :raises ServerUnreachable: if no answer comes.
        :raises LoginRefused: on 401 and 403.
        :raises WrongAddress: where there is no such service (404, 405, 406, 415), and on a redirection.
        :raises ServerBusy: on 429 and 503.
        :raises ServerFailed: on any other error.
        """
        url = self.url.copy_merge_params(dict(params or {}))
        for tried in range(1, _TRIES + 1):
            try:
                response = self._client.request(method, url, **body)
            except httpx.HTTPError as error:
                raise self._to_unreachable(error) from error
            if response.status_code not in _BUSY or response.status_code in allowed or tried == _TRIES:
                break
            time.sleep(_wait_seconds(response, tried))
        if response.is_success or response.status_code in allowed:
            return response
        raise self._to_error(response)

    def peek(self, params: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and first bytes of the answer to a GET, whatever the status; the rest is not fetched.

        :raises ServerUnreachable: if no answer comes.
        """
        try:
            with self._client.stream("GET", self.url.copy_merge_params(params), headers=headers) as response:
                return response.status_code, next(response.iter_bytes(), b"")
        except httpx.HTTPError as error:
            raise self._to_unreachable(error) from error

    def _to_unreachable(self, error: httpx.HTTPError) -> ServerUnreachable:
        if isinstance(error, httpx.ConnectError):
            return ServerUnreachable(f"Nothing answers at {self} ({_said(str(error))}); is the server running?")
        if isinstance(error, httpx.TimeoutException):
            return ServerUnreachable(f"{self} gave no answer in time; ask for less, or give the server more power.")
        return ServerUnreachable(f"{self} broke off ({_said(str(error)) or type(error).__name__}); try again.")

    def _to_error(self, response: httpx.Response) -> OSError | ValueError:
        status, said = response.status_code, _said(response.text)
        if status in (401, 403):
            way = "check user and password" if "authorization" in response.request.headers else "give --user or --token"
            return LoginRefused(f"{self} refuses the login ({status}); {way}.")
        if response.is_redirect:
            return WrongAddress(f"{self} has moved to {response.headers.get('location')}; give that address.")
        if status in (404, 405, 406, 415):
            return WrongAddress(f"There is no such service at {self} ({status}); check the address: {ADDRESSES}.")
        if status in _BUSY:
            return ServerBusy(f"{self} is busy ({status}{': ' + said if said else ''}); try again later.")
        return ServerFailed(f"{self} answered with an error ({status}): {said or response.reason_phrase}.")


ADDRESSES = (
    "to push, Oxigraph has …/store, Fuseki …/DATASET/data, Virtuoso …/sparql-graph-crud-auth;"
    " to query, …/query, …/DATASET/sparql, …/sparql"
)
"""The usual addresses of the two services, as a hint."""


class _Answering(httpx.Auth):
    """A login that answers the server's challenge: Digest where it asks for that, else Basic (RFC 7616, 7617)."""

    def __init__(self, user: str, password: str) -> None:
        self._given = user, password
        self._scheme: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._scheme is None:
            response = yield request
            if response.status_code not in (401, 403):
                return
            challenge = response.headers.get("www-authenticate", "").lower()
            self._scheme = (httpx.DigestAuth if "digest" in challenge else httpx.BasicAuth)(*self._given)
        yield from self._scheme.auth_flow(request)


def _is_loopback(host: str) -> bool:
    """Tell whether the server is this machine, which no proxy leads to."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wait_seconds(response: httpx.Response, tried: int) -> float:
    asked = response.headers.get("retry-after", "")
    return min(float(asked) if asked.isdigit() else 0.5 * 2**tried, _LONGEST_WAIT_SECONDS)


def _said(text: str) -> str:
    """Return the beginning of what the server said, as one line without mark-up."""
    line = " ".join(_TAG.sub(" ", text).split())
    return line[:_SHOWN].rstrip(".") + ("…" if len(line) > _SHOWN else "")
