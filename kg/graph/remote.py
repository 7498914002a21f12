"""A graph in another server, asked over the SPARQL 1.1 Protocol.

``Remote.query`` is called as ``pyoxigraph.Store.query`` and answers with the same classes, so whatever asks the
embedded store can ask an endpoint instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from pyoxigraph import (
    NamedNode,
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

from kg.graph.questions import RefusedQuery, check_query
from kg.graph.web import (
    PATIENCE,
    Login,
    LoginRefused,
    Server,
    ServerBusy,
    ServerFailed,
    ServerUnreachable,
    WrongAddress,
)

UNION_GRAPH = "https://w3id.org/dangjian/union"
"""The named graph that holds the union of all, in a server whose default graph cannot be written."""

_JSON, _NTRIPLES = "application/sparql-results+json", "application/n-triples"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_HOLDS_UNION = f"ASK {{ GRAPH <{UNION_GRAPH}> {{ ?s ?p ?o }} }}"
_ROW_LIMIT = "x-sparql-maxrows"
_CUT_SHORT = "x-sql-state"
_NO_GRAPH = "https://w3id.org/dangjian/push#none"
_ESCAPE = re.compile(r"\\\\|\\u(?P<four>[0-9A-Fa-f]{4})|\\U(?P<eight>[0-9A-Fa-f]{8})")
_IN_TEXT = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_OWN_FUNCTION = re.compile(r"<\s*(bif|sql|java):", re.IGNORECASE)

RemoteAnswer = QuerySolutions | bool | tuple[Triple, ...]


class CutShort(OSError):
    """An endpoint gave a part of the answer only.

    :param answer: that part, where it holds the first rows; None where nobody knows which it holds.
    """

    def __init__(self, message: str, answer: RemoteAnswer | None = None) -> None:
        super().__init__(message)
        self.answer = answer


ERRORS = (CutShort, LoginRefused, ServerBusy, ServerFailed, ServerUnreachable, WrongAddress)
"""What may be wrong with a server, as against a query."""


class Remote:
    """A SPARQL endpoint.

    :param url: where it takes queries, such as ``http://127.0.0.1:7878/query``.
    :param login: who asks; nobody by default.
    :param default_graph: the graph that a query reads where it names none.  Left out, that is the union that
        ``push`` put into ``UNION_GRAPH``, and the server's own default graph where there is no such union.
    :param seconds: how long the server may be silent while an answer is awaited.
    :raises WrongAddress: if ``url`` is no address.
    """

    def __init__(
        self, url: str, *, login: Login | None = None, default_graph: str | None = None, seconds: float = PATIENCE
    ) -> None:
        self._server = Server(url, login, seconds)
        self.url = str(self._server)
        """The address, without a login."""
        self._default_graph = default_graph

    def query(
        self,
        query: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graph: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> RemoteAnswer:
        """Return the endpoint's answer: solutions, a truth, or triples.

        :param query: SPARQL 1.1 Query.
        :param prefixes: name to namespace, for the prefixes that ``query`` does not declare.
        :param default_graph: the graphs that are read where the query names none; with ``named_graphs`` the dataset
            of the request (SPARQL 1.1 Protocol, section 2.1.4) instead of the endpoint's own.
        :raises SyntaxError: if ``query`` is not SPARQL 1.1 Query; nothing is sent then, nor what is refused:
        :raises RefusedQuery: if it calls functions of the server's own, which reach beyond the graph.
        :raises CutShort: if the server says that it left out a part.
        :raises ServerFailed: if what comes is no answer; ``WrongAddress``, ``LoginRefused``, ``ServerBusy`` and
            ``ServerUnreachable`` as their names say.
        """
        text = _to_plain(query)
        form = Store().query(text, prefixes=dict(prefixes or {}))
        text = _with_prefixes(text, prefixes or {})
        dataset = self._to_dataset(text, default_graph, named_graphs)
        read: Callable[[bytes], RemoteAnswer]
        if isinstance(form, QueryTriples):
            media, read = _NTRIPLES, _to_triples
        else:
            media, read = _JSON, _to_truth if isinstance(form, QueryBoolean) else _to_solutions
        headers, content = self._ask(text, media, dataset)
        _check_whole(self._server, headers, content, read)
        return read(content)

    def _to_dataset(
        self, text: str, default: Sequence[NamedNode] | None, named: Sequence[NamedNode] | None
    ) -> dict[str, list[str]]:
        """Return the parameters of a request that say which graphs it reads."""
        if default or named:
            given = [graph.value for graph in default or ()] or [_NO_GRAPH]  # left out, it is all graphs to Virtuoso
            return _to_fields(given, [graph.value for graph in named or ()])
        if self._default_graph is None:
            _, content = self._ask(_HOLDS_UNION, _JSON, {})
            self._default_graph = UNION_GRAPH if _to_truth(content) else ""
        return _to_fields([self._default_graph], _named_graphs(text)) if self._default_graph else {}

    def _ask(self, text: str, media_type: str, dataset: Mapping[str, list[str]]) -> tuple[Mapping[str, str], bytes]:
        fields: dict[str, str | list[str]] = {"query": text, **dataset}
        response = self._server.request("POST", data=fields, headers={"accept": media_type})
        answered = response.headers.get("content-type", "").partition(";")[0].strip()
        if answered not in (media_type, "application/json", "text/plain"):
            raise ServerFailed(f"{self._server} answers with {answered or 'nothing'}; is it a SPARQL endpoint?")
        return response.headers, response.content


def _to_plain(query: str) -> str:
    """Return a query without ``\\u`` escapes, checked anew where it had any.

    They are signs like others (SPARQL 1.1 Query, section 19.2), but not every engine takes them for that before it
    looks for quotation marks: what is sent must mean the same to all.

    :raises RefusedQuery: if it calls functions of Virtuoso's or Jena's own, which open connections, or reaches out
        by an escape.
    """
    plain = _ESCAPE.sub(_to_sign, query)
    if plain != query:
        check_query(plain)
    found = _OWN_FUNCTION.search(plain)
    if found is not None:
        raise RefusedQuery(f"Functions of the server's own are refused; remove <{found[1]}:…> from the query.")
    return plain


def _to_sign(escape: re.Match[str]) -> str:
    """Return the sign, those that end a text by their own escapes; what stands for no sign stays."""
    code = int(escape["four"] or escape["eight"] or "D800", 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return escape.group()
    return _IN_TEXT.get(chr(code), chr(code))


def _to_fields(default: list[str], named: list[str]) -> dict[str, list[str]]:
    return {"default-graph-uri": default, "named-graph-uri": named}


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


def _to_solutions(content: bytes) -> QuerySolutions:
    answer = _to_results(content)
    if isinstance(answer, QuerySolutions):
        return answer
    raise ServerFailed("The server's answer is a truth, and no table as the query asks for.")


def _to_results(content: bytes) -> QuerySolutions | QueryBoolean:
    if _BOOLEAN.encode() in content:
        content = _with_booleans(content)
    try:
        return parse_query_results(content, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise ServerFailed(f"The server's answer is no SPARQL result ({error}).") from error


def _to_truth(content: bytes) -> bool:
    """Return the answer to an ASK; Virtuoso 7 gives it as a solution of one number."""
    answer = _to_results(content)
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


def _to_triples(content: bytes) -> tuple[Triple, ...]:
    try:
        return tuple(quad.triple for quad in parse(content, RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise ServerFailed(f"The server's answer is no graph ({error}).") from error


def _check_whole(
    server: Server, headers: Mapping[str, str], content: bytes, read: Callable[[bytes], RemoteAnswer]
) -> None:
    """Raise where the server says that rows are missing: a limit of rows (kg serve, Virtuoso) or of time (Virtuoso)."""
    limit = headers.get(_ROW_LIMIT, "")
    if limit.isdigit() and _count_rows(content) >= int(limit):
        sentence = f"{server} gives {limit} rows at most; raise its limit, or ask with LIMIT and OFFSET."
        raise CutShort(sentence, read(content))
    if headers.get(_CUT_SHORT):
        raise CutShort(f"{server} stopped before the answer was whole; raise its time limit, or ask for less.")


def _count_rows(content: bytes) -> int:
    if content.lstrip().startswith(b"{"):
        return len(json.loads(content).get("results", {}).get("bindings", ()))
    return content.count(b"\n")
