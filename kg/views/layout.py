"""Where each node lies: worked out beforehand, the same on every machine.

Each county is a medallion: its entities on rings around it, one class after the other from
the inside out.  The medallions stand in a circle (in several, when there are many), neighbours
being those that share most, and what they share lies in the free disc between them.  No forces, no random
numbers: a picture that a reader comes back to looks as it did.

Coordinates are worked out in rings (one ring apart = 1) and stretched at the end, because
labels are wider than high.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil, cos, dist, pi, sin, sqrt

import networkx as nx

_WIDTH, _HEIGHT = 62, 54
_FIRST_RING = 1.9
_GAP = 1.4
_SINGLE_CIRCLE = 64
_SMALL_CIRCLE = 8
_APART = 1.05
_SHARED_APART = 2.2
_FILLED = 0.9
_FAIR = 0.6

Point = tuple[float, float]


def positions(network: nx.MultiDiGraph) -> dict[str, tuple[int, int]]:
    """Return ``(x, y)`` of every node in whole pixels at scale 1, y downward."""
    homes = {node: _home(network, node) for node in network}
    satellites: dict[str | None, list[str]] = defaultdict(list)
    for node, home in homes.items():
        if home != node:
            satellites[home].append(node)
    counties = _in_company(network, [node for node, home in homes.items() if home == node])
    shared = [node for node in satellites.pop(None, []) if network.degree(node)]
    loose = [node for node in network if homes[node] is None and node not in set(shared)]

    radii = {county: _radius(len(satellites[county])) for county in counties}
    inner = _shared_radius(len(shared), list(radii.values()))
    places, inner = _in_circles(counties, radii, inner)
    places.update(_between(network, shared, places, inner))
    for county in counties:
        x, y = places[county]
        slots = _slots(_rings(len(satellites[county]), _FIRST_RING))
        places.update((node, (x + dx, y + dy)) for node, (dx, dy) in zip(satellites[county], slots))
    places.update(_in_rows(loose, places))
    return {node: (round(places[node][0] * _WIDTH), round(places[node][1] * _HEIGHT)) for node in network}


def _home(network: nx.MultiDiGraph, node: str) -> str | None:
    """Return the county the node stays with, None where several share it or none has it."""
    data = network.nodes[node]
    if data["cls"] == "County":
        return node
    owners = {owner for owner in data["counties"] if owner in network}
    owners = owners or {near for near in network.pred[node] if network.nodes[near]["cls"] == "County"}
    return owners.pop() if len(owners) == 1 else None


def _in_company(network: nx.MultiDiGraph, counties: list[str]) -> list[str]:
    """Return the counties so that those which share much follow each other."""
    shares = {county: set(network.succ[county]) for county in counties}
    waiting = sorted(counties)
    ordered: list[str] = []
    last: set[str] = set()
    while waiting:
        nearest = max(waiting, key=lambda county: len(last & shares[county]))
        waiting.remove(nearest)
        ordered.append(nearest)
        last = shares[nearest]
    return ordered


def _rings(count: int, first: float) -> list[tuple[float, int]]:
    """Return radius and number of nodes of each ring that ``count`` nodes fill, the first ring at ``first``."""
    rings: list[tuple[float, int]] = []
    while count > 0:
        radius = first + len(rings)
        here = min(count, int(2 * pi * radius / _APART))
        rings.append((radius, here))
        count -= here
    return rings


def _radius(count: int) -> float:
    """Return the radius of a medallion of ``count`` satellites."""
    rings = _rings(count, _FIRST_RING)
    return rings[-1][0] + 0.5 if rings else 1.0


def _slots(rings: list[tuple[float, int]]) -> list[Point]:
    """Return the places on ``rings`` around the origin, each ring from the top, clockwise."""
    return [_on_circle(radius, 2 * pi * place / here) for radius, here in rings for place in range(here)]


def _on_circle(radius: float, angle: float) -> Point:
    """Return the point at ``angle`` from the top, clockwise, rounded so that every libm agrees on it."""
    return round(radius * sin(angle), 6), round(-radius * cos(angle), 6)


def _shared_radius(count: int, radii: list[float]) -> float:
    """Return the radius of the disc for ``count`` shared nodes: one in the middle, the others around it.

    Among counties that fill several circles it takes a fair part of the picture, or it would be a dot in their midst.
    """
    if not count:
        return 0.0
    rings = _rings(count - 1, 1.0)
    needed = _SHARED_APART * ((rings[-1][0] if rings else 0) + 0.5)
    if len(radii) <= _SINGLE_CIRCLE:
        return needed
    return max(needed, _FAIR * sqrt(sum((2 * radius + _GAP) ** 2 for radius in radii) / pi))


def _in_circles(counties: list[str], radii: dict[str, float], inner: float) -> tuple[dict[str, Point], float]:
    """Place the medallions around a free disc of at least the radius ``inner``; return the disc's radius too."""
    places: dict[str, Point] = {}
    waiting = list(counties)
    free = inner
    if waiting and not inner:
        places[waiting[0]] = (0.0, 0.0)
        inner = radii[waiting.pop(0)] + _GAP
    while waiting:
        circle = _next_circle(waiting, radii, inner)
        waiting = waiting[len(circle) :]
        width = [radii[county] + _GAP / 2 for county in circle]
        angles = [2 * pi * (sum(width[:at]) + width[at] / 2) / sum(width) for at in range(len(circle))]
        while _collide(width, angles, inner):
            inner += 0.25
        free = free if places else inner
        places.update((name, _on_circle(inner + w, angle)) for name, w, angle in zip(circle, width, angles))
        inner += 2 * max(width)
    return places, free


def _next_circle(waiting: list[str], radii: dict[str, float], inner: float) -> list[str]:
    """Return the counties that stand in the next circle: all of them, or as many as it holds."""
    if len(waiting) <= _SINGLE_CIRCLE:
        return waiting
    room = 2 * pi * (inner + max(radii[county] for county in waiting))
    circle: list[str] = []
    for county in waiting:
        room -= 2 * radii[county] + _GAP
        if room < 0 and len(circle) >= _SMALL_CIRCLE:
            break
        circle.append(county)
    return circle if len(waiting) - len(circle) >= _SMALL_CIRCLE else waiting


def _collide(width: list[float], angles: list[float], inner: float) -> bool:
    """Tell whether two neighbours that stand on the disc of radius ``inner`` are in each other's way."""
    points = [_on_circle(inner + w, angle) for w, angle in zip(width, angles)]
    return any(
        at != (at - 1) % len(points) and dist(points[at], points[at - 1]) < width[at] + width[at - 1]
        for at in range(len(points))
    )


def _between(network: nx.MultiDiGraph, shared: list[str], places: dict[str, Point], inner: float) -> dict[str, Point]:
    """Place what several counties share inside the disc of radius ``inner``, each node near those that share it."""
    rings = _rings(max(len(shared) - 1, 0), 1.0)
    step = _FILLED * inner / (len(rings) + 0.5)
    full = [(radius, int(2 * pi * radius / _APART)) for radius, _ in rings]
    free = [(0.0, 0.0), *((x * step, y * step) for x, y in _slots(full))]
    found: dict[str, Point] = {}
    for node in sorted(shared, key=lambda node: (-len(set(network.pred[node])), node)):
        middle = _middle([places[county] for county in sorted(network.pred[node]) if county in places])
        slot = min(free, key=lambda slot: round(dist(slot, middle), 4))
        free.remove(slot)
        found[node] = slot
    return found


def _middle(points: list[Point]) -> Point:
    if not points:
        return 0.0, 0.0
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _in_rows(loose: list[str], places: dict[str, Point]) -> dict[str, Point]:
    """Place nodes that belong to no county in rows below everything else."""
    bottom = max((y for _, y in places.values()), default=0.0) + 3
    columns = max(6, ceil(sqrt(2 * len(loose))))
    return {node: (at % columns - (columns - 1) / 2, bottom + at // columns) for at, node in enumerate(loose)}
