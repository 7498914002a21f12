"""Whose turn it is: what only few can have at once is lent fairly among visitors.

A visitor is an address.  While several are there each has one turn at a time, and after it rests as long as it took;
of those who wait, who came first is next.  So whoever asks for much all the time takes half a worker and leaves the
others to the others.  Where all come from one address, as behind a web server that does not say for whom it asks,
nothing tells one from another, and first come is first served.

How often one may ask is bounded in the same way (``Pace``): small requests cost the server itself the most.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextvars import ContextVar
from time import monotonic
from typing import Generic, TypeVar

visitor: ContextVar[str] = ContextVar("visitor", default="")
"""For whom the running request is answered."""
REST = 1.0
"""Seconds that a visitor rests at most."""
_THERE = 5.0
"""Seconds for which a visitor is there after he has asked."""

_KNOWN = 1000
"""Visitors of whom is known how often they asked, before those who rest are forgotten."""

Thing = TypeVar("Thing")


class Company:
    """Who is there: the last visitor who asked, and the last other one."""

    def __init__(self) -> None:
        self._last, self._other = ("", -_THERE), ("", -_THERE)

    def note(self, who: str) -> None:
        """Take note that ``who`` asks."""
        if who != self._last[0]:
            self._other = self._last
        self._last = who, monotonic()

    def is_alone(self, who: str) -> bool:
        """Tell whether nobody but ``who`` has asked of late."""
        return monotonic() - (self._other if who == self._last[0] else self._last)[1] > _THERE


class Pace:
    """How often one visitor may ask while others are there: a second's worth at once, then one by one.

    :param often: requests in a second.
    """

    def __init__(self, often: float) -> None:
        self._often = often
        self._company = Company()
        self._until: dict[str, float] = {}
        """Until when the requests of a visitor last, were they made one by one."""

    def to_wait(self, who: str) -> float:
        """Return the seconds for which a request of ``who`` that comes now must wait."""
        now = monotonic()
        self._company.note(who)
        if len(self._until) > _KNOWN:
            self._until = {known: until for known, until in self._until.items() if until > now}
        until = max(now, self._until.get(who, now)) + 1 / self._often
        self._until[who] = until
        return 0.0 if self._company.is_alone(who) else max(0.0, until - now - 1)


class Turns(Generic[Thing]):
    """Things that are lent, each to one visitor at a time."""

    def __init__(self) -> None:
        self._free: list[Thing] = []
        self._having: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[Thing]]] = []
        self._company = Company()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a thing who may have the next."""
        return any(self._may(who) for who, _ in self._waiting)

    def add(self, thing: Thing) -> None:
        """Add a thing, for whoever is next."""
        self._free.append(thing)
        self._lend()

    def end(self, who: str, taken: float = 0.0) -> None:
        """End a turn of ``who`` that has taken so many seconds; what he had comes back by ``add``."""
        rest = 0.0 if self._company.is_alone(who) else min(taken, REST)
        asyncio.get_running_loop().call_later(rest, self._end, who)

    async def take(self, who: str, patience: float) -> Thing:
        """Return a thing, which ``who`` has until ``end``.

        :raises TimeoutError: if none comes free for him within ``patience`` seconds.
        """
        self._company.note(who)
        place: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
        self._waiting.append((who, place))
        self._lend()
        try:
            await asyncio.wait((place,), timeout=patience)
        except asyncio.CancelledError:
            if place.done():  # it was lent this moment
                self.end(who)
                self.add(place.result())
            raise
        finally:
            if not place.done():
                place.cancel()
                self._waiting.remove((who, place))
        if place.cancelled():
            raise TimeoutError
        return place.result()

    def _end(self, who: str) -> None:
        self._having[who] -= 1
        if not self._having[who]:
            del self._having[who]
        self._lend()

    def _lend(self) -> None:
        while self._free and (able := next((one for one in self._waiting if self._may(one[0])), None)):
            self._waiting.remove(able)
            self._having[able[0]] += 1
            able[1].set_result(self._free.pop())

    def _may(self, who: str) -> bool:
        return not self._having[who] or self._company.is_alone(who)
