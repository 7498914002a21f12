"""A graph in another server, asked over the SPARQL 1.1 Protocol.

``Remote.query`` is called as ``pyoxigraph.Store.query`` and answers with the same classes, so whatever asks the
embedded store can ask an endpoint instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from kg.graph.web import Login, Server, ServerFailed

UNION_GRAPH = "https://w3id.org/dangjian/union"
"""The named graph that holds the union of all, in a server whose default graph cannot be written."""

_JSON, _NTRIPLES = "application/sparql-results+json", "application/n-triples"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_HOLDS_UNION = f"ASK {{ GRAPH <{UNION_GRAPH}> {{ ?s ?p ?o }} }}"
_ROW_LIMIT = "x-sparql-maxrows"
_CUT_SHORT = "x-sql-state"


class CutShort(OSError):
    """An endpoint gave a part of the answer only."""


class Remote:
    """A SPARQL endpoint.

    :param url: where it takes queries, such as ``http://127.0.0.1:7878/query``.
    :param login: who asks; nobody by default.
    :param default_graph: the graph that a query reads where it names none.  Left out, that is the union that
        ``push`` put into ``UNION_GRAPH``, and the server's own default graph where there is no such union.
    :raises WrongAddress: if ``url`` is no address.
    """

    def __init__(self, url: str, *, login: Login | None = None, default_graph: str | None = None) -> None:
        self._server = Server(url, login)
        self._default_graph = default_graph

    def query(
        self, query: str, *, prefixes: Mapping[str, str] | None = None
    ) -> QuerySolutions | bool | tuple[Triple, ...]:
        """Return the endpoint's answer: solutions, a truth, or triples.

        :param query: SPARQL 1.1 Query.
        :param prefixes: name to namespace, for the prefixes that ``query`` does not declare.
        :raises SyntaxError: if ``query`` is not SPARQL 1.1 Query; nothing is sent then.
        :raises CutShort: if the server says that it left out a part.
        :raises ServerFailed: if what comes is no answer; ``WrongAddress``, ``LoginRefused``, ``ServerBusy`` and
            ``ServerUnreachable`` as their names say.
        """
        form = Store().query(query, prefixes=dict(prefixes or {}))
        text = _with_prefixes(query, prefixes or {})
        if self._default_graph is None:
            self._default_graph = UNION_GRAPH if _to_truth(self._ask(_HOLDS_UNION, _JSON)) else ""
        if isinstance(form, QueryTriples):
            return tuple(quad.triple for quad in parse(self._ask(text, _NTRIPLES), RdfFormat.N_TRIPLES))
        return (_to_truth if isinstance(form, QueryBoolean) else _to_solutions)(self._ask(text, _JSON))

    def _ask(self, text: str, media_type: str) -> bytes:
        fields: dict[str, str | list[str]] = {"query": text}
        if self._default_graph:
            fields |= {"default-graph-uri": self._default_graph, "named-graph-uri": _named_graphs(text)}
        response = self._server.request("POST", data=fields, headers={"accept": media_type})
        answered = response.headers.get("content-type", "").partition(";")[0].strip()
        if answered not in (media_type, "application/json", "text/plain"):
            raise ServerFailed(f"{self._server} answers with {answered or 'nothing'}; is it a SPARQL endpoint?")
        _check_whole(self._server, response.headers, response.content)
        return response.content


def _named_graphs(text: str) -> list[str]:
    """Return the graphs that a query names: beside a default graph that is chosen, others must be named too.

    None where a graph is left open (``GRAPH ?g``), as any list would leave others out.
    """
    return [] if re.search(r"\bGRAPH\s*[?$]", text, re.IGNORECASE) else re.findall(r"(?i)\bGRAPH\s*<([^<>]*)>", text)


def _with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """Return ``query`` with the declarations that it lacks, all before its first line."""
    declared = set(re.findall(r"PREFIX\s+([^\s:]*):", query, re.IGNORECASE))
    wanted = [name for name in sorted(set(prefixes) - declared) if re.search(rf"(?<![\w-]){re.escape(name)}:", query)]
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in wanted) + query


def _to_solutions(content: bytes) -> QuerySolutions | QueryBoolean:
    if _BOOLEAN.encode() in content:
        content = _with_booleans(content)
    try:
        return parse_query_results(content, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise ServerFailed(f"The server's answer is no SPARQL result ({error}).") from error


def _to_truth(content: bytes) -> bool:
    """Return the answer to an ASK; Virtuoso 7 gives it as a solution of one number."""
    answer = _to_solutions(content)
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    return any(term is not None and term.value in ("1", "true") for row in answer for term in row)


def _with_booleans(content: bytes) -> bytes:
    """Return the results with truths written as XSD's canonical ``true`` and ``false`` (Virtuoso writes 1 and 0)."""
    answer = json.loads(content)
    for binding in answer.get("results", {}).get("bindings", ()):
        for term in binding.values():
            if term.get("datatype") == _BOOLEAN:
                term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    return json.dumps(answer).encode()


def _check_whole(server: Server, headers: Mapping[str, str], content: bytes) -> None:
    """Raise where the server says that rows are missing: a limit of rows (kg serve, Virtuoso) or of time (Virtuoso)."""
    limit = headers.get(_ROW_LIMIT, "")
    if limit.isdigit() and _count_rows(content) >= int(limit):
        raise CutShort(f"{server} gives {limit} rows at most; raise its limit, or ask with LIMIT and OFFSET.")
    if headers.get(_CUT_SHORT):
        raise CutShort(f"{server} stopped before the answer was whole; raise its time limit, or ask for less.")


def _count_rows(content: bytes) -> int:
    if content.lstrip().startswith(b"{"):
        return len(json.loads(content).get("results", {}).get("bindings", ()))
    return content.count(b"\n")
