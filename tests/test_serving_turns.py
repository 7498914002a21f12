"""Fair shares of the server: one visitor after another, and no visitor's work in another's way."""

from __future__ import annotations

import asyncio
from functools import partial
from time import sleep

import pytest

from kg.graph.store import store_path
from kg.serving import pool, turns
from kg.serving.failing import Gone
from kg.serving.guard import Guard, to_visitor
from kg.serving.protocol import unless_gone
from kg.serving.snapshot import open_copy
from kg.serving.turns import Pace, Turns, visitor

PATIENT = 60


@pytest.fixture
def unresting(monkeypatch):
    """Turns after which nobody rests."""
    monkeypatch.setattr(turns, "REST", 0)


async def lend(amount: int, *comers: str) -> tuple[Turns[int], list[asyncio.Future[int]]]:
    """Return so many things for which ``comers`` have come in this order, and what they wait for."""
    found: Turns[int] = Turns()
    for number in range(amount):
        found.add(number)
    places = [asyncio.ensure_future(found.take(who, PATIENT)) for who in comers]
    await settle()
    return found, places


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def done(places: list[asyncio.Future[int]]) -> list[bool]:
    return [place.done() and not place.cancelled() for place in places]


async def give_back(found: Turns[int], who: str, place: asyncio.Future[int]) -> None:
    found.end(who)
    found.add(place.result())
    await asyncio.sleep(0.01)


def test_whoever_waits_for_a_second_turn_lets_those_pass_who_have_none(unresting):
    async def watch() -> list[list[bool]]:
        found, places = await lend(1, "a", "a", "a", "b")
        seen = [done(places)]
        await give_back(found, "a", places[0])
        seen.append(done(places))
        return seen

    assert asyncio.run(watch()) == [[True, False, False, False], [True, False, False, True]]


def test_of_several_visitors_each_has_one_turn_at_a_time_though_more_is_free(unresting):
    async def watch() -> list[bool]:
        found, places = await lend(4, "b", "a", "a", "a")
        return done(places)

    assert asyncio.run(watch()) == [True, True, False, False]


def test_a_visitor_who_is_alone_may_have_everything():
    async def watch() -> list[bool]:
        return done((await lend(3, "a", "a", "a"))[1])

    assert asyncio.run(watch()) == [True, True, True]


def test_a_visitor_rests_as_long_as_his_turn_took_while_others_are_there():
    async def watch() -> list[list[bool]]:
        found, places = await lend(2, "b", "a", "a")
        found.end("a", taken=0.05)
        found.add(places[1].result())
        await settle()
        seen = [done(places)]
        await places[2]
        return [*seen, done(places)]

    assert asyncio.run(watch()) == [[True, True, False], [True, True, True]]


def test_who_leaves_loses_his_place_and_what_was_lent_him_that_moment_goes_on(unresting):
    async def watch() -> list[bool]:
        found, places = await lend(1, "a", "b", "c")
        places[1].cancel()
        await give_back(found, "a", places[0])
        assert done(places) == [True, False, True]
        late = asyncio.ensure_future(found.take("d", PATIENT))
        await settle()
        found.end("c")
        found.add(places[2].result())
        late.cancel()  # lent, and gone before it could take it
        await settle()
        last = await found.take("e", PATIENT)
        return [late.cancelled(), last == 0]

    assert asyncio.run(watch()) == [True, True]


def test_who_waits_in_vain_is_told_so_and_waits_no_more():
    async def wait() -> Turns[int]:
        found: Turns[int] = Turns()
        with pytest.raises(TimeoutError):
            await found.take("a", 0.01)
        return found

    assert not asyncio.run(wait()).is_wanted


def test_who_asks_too_often_waits_and_the_others_do_not(monkeypatch):
    monkeypatch.setattr(turns, "monotonic", lambda: 100.0)
    pace = Pace(10)
    assert [pace.to_wait("a") for _ in range(50)] == [0] * 50  # nobody else is there
    assert pace.to_wait("b") == 0
    assert pace.to_wait("a") == pytest.approx(4.1)
    monkeypatch.setattr(turns, "monotonic", lambda: 105.0)
    assert [pace.to_wait("b"), pace.to_wait("a")] == [0, 0]


def test_only_so_many_visitors_are_remembered(monkeypatch):
    monkeypatch.setattr(turns, "_KNOWN", 5)
    now = iter(range(1000))
    monkeypatch.setattr(turns, "monotonic", lambda: float(next(now)))
    pace = Pace(10)
    for number in range(100):
        pace.to_wait(str(number))
    assert len(pace._until) <= 6


def hold(_: object, seconds: float) -> float:
    """Keep a worker for some time."""
    sleep(seconds)
    return seconds


async def run_as(workers: pool.Pool, who: str, seconds: float) -> str:
    visitor.set(who)
    await workers.run(hold, seconds, seconds=PATIENT)
    return who


def open_pool(build, size: int) -> pool.Pool:
    return pool.Pool(partial(open_copy, str(store_path(build[0]))), size)


def test_a_visitor_with_many_requests_is_answered_between_the_others_not_before_them(sample_build, unresting):
    async def ask() -> list[str]:
        workers, order = open_pool(sample_build, 1), []
        try:
            asked = ["b"] + ["a"] * 6 + ["c", "d"]
            answered = [asyncio.ensure_future(run_as(workers, who, 0.05)) for who in asked]
            for one in answered:
                one.add_done_callback(lambda one: order.append(one.result()))
            await asyncio.gather(*answered)
            return order
        finally:
            workers.close()

    order = asyncio.run(ask())
    assert order.index("c") <= 3 and order.index("d") <= 4
    assert len(order) == 9


def test_a_request_whose_asker_is_gone_keeps_no_place_and_its_worker_goes_on(sample_build):
    async def ask() -> tuple[int, str]:
        workers = open_pool(sample_build, 1)
        try:
            running, waiting = (asyncio.ensure_future(run_as(workers, "a", seconds)) for seconds in (0.2, 50))
            await asyncio.sleep(0.05)
            running.cancel()
            waiting.cancel()
            before = set(workers._workers)
            found = await run_as(workers, "b", 0)
            return len(before & workers._workers), found
        finally:
            workers.close()

    assert asyncio.run(ask()) == (1, "b")


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ([], "127.0.0.9"),
        ([(b"x-forwarded-for", b"10.0.0.1")], "10.0.0.1"),
        ([(b"x-forwarded-for", b"203.0.113.5, 10.0.0.1")], "10.0.0.1"),
        ([(b"x-forwarded-for", b"203.0.113.5"), (b"x-forwarded-for", b"10.0.0.2")], "10.0.0.2"),
        ([(b"x-forwarded-for", b"x" * 5000)], "x" * 64),
    ],
)
def test_a_visitor_is_the_address_that_the_nearest_server_in_front_names(headers: list, who: str):
    assert to_visitor({"type": "http", "client": ("127.0.0.9", 1), "headers": headers}) == who


def test_where_too_much_is_asked_at_once_only_who_asks_most_is_refused(monkeypatch):
    monkeypatch.setattr("kg.serving.guard._REQUESTS", 5)

    async def ask() -> list[int]:
        told, ended = [], asyncio.Event()

        async def app(scope, receive, send) -> None:
            await ended.wait()

        async def note(message) -> None:
            if message["type"] == "http.response.start":
                told.append((message["status"], dict(message["headers"]).get(b"retry-after")))

        guard = Guard(app, 80)

        def send(who: str) -> asyncio.Future:
            scope = {"type": "http", "client": (who, 1), "headers": [(b"host", b"127.0.0.1:80")]}
            return asyncio.ensure_future(guard(scope, None, note))

        running = [send(who) for who in ("a", "a", "a", "a", "b", "a", "c", "b")]
        await settle()
        ended.set()
        await asyncio.gather(*running)
        return told

    assert asyncio.run(ask()) == [(503, b"5")]


def test_what_nobody_waits_for_any_more_is_given_up(sample_build):
    class Left:
        """A request whose client closes the connection while it waits."""

        async def receive(self) -> dict[str, str]:
            await asyncio.sleep(0.05)
            return {"type": "http.disconnect"}

    async def ask() -> bool:
        workers = open_pool(sample_build, 1)
        try:
            first = asyncio.ensure_future(run_as(workers, "a", 50))
            await asyncio.sleep(0)
            with pytest.raises(Gone):
                await unless_gone(Left(), run_as(workers, "b", 50))
            first.cancel()
            await settle()
            return workers._turns.is_wanted
        finally:
            workers.close()

    assert not asyncio.run(ask())
