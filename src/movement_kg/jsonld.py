"""JSON-LD 1.1 with a context that people can read: short names, types said once, names by language."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import pyoxigraph

from .terms import blocks
from .vocabulary import BASE, PREFIXES, RDF, XSD

_IN_MEMORY = 8 << 20
_TYPE = RDF + "type"
_LANG_STRING = RDF + "langString"


def write(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A JSON-LD document of sorted N-Triples: a context, then one object for each subject, one on each line.

    The context stands first and tells what all of them hold: until that is known, they wait on disk.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        names, context = _context(_samples(lines, kept))
        head = json.dumps(context, ensure_ascii=False, indent=2)
        yield f'{{\n"@context": {head},\n"@graph": [\n'.encode()
        kept.seek(0)
        separator = ""
        for triples in blocks(kept):
            for subject, group in itertools.groupby(triples, key=lambda triple: triple.subject):
                node = _node(subject, [*group], names, context)
                yield (separator + json.dumps(node, ensure_ascii=False)).encode()
                separator = ",\n"
    yield b"\n]\n}\n"


def _samples(lines: Iterable[bytes], kept: IO[bytes]) -> Iterator[pyoxigraph.Triple]:
    """Keep all lines; a triple for each property and kind of value among them."""
    found: dict[tuple[bytes, bytes], bytes] = {}
    for line in lines:
        kept.write(line)
        _, prop, value = line.split(b" ", 2)
        found.setdefault((prop, value.rpartition(b'"')[2] if value.startswith(b'"') else b""), line)
    return itertools.chain.from_iterable(blocks(found.values()))


def _context(triples: Iterable[pyoxigraph.Triple]) -> tuple[dict[str, str], dict[str, Any]]:
    """A short name for each property, and the context that explains them."""
    kinds: dict[str, set[str]] = {}
    for triple in triples:
        kinds.setdefault(triple.predicate.value, set()).add(_kind(triple.object))
    kinds.pop(_TYPE, None)
    names = _short_names(sorted(kinds))
    context: dict[str, Any] = {"@version": 1.1, "@base": BASE, "id": "@id", "type": "@type", **PREFIXES}
    for prop, name in names.items():
        context[name] = _definition(prop, kinds[prop])
    return names, context


def _kind(term: object) -> str:
    if isinstance(term, pyoxigraph.Literal):
        return "@language" if term.language else term.datatype.value
    return "@id"


def _short_names(properties: Sequence[str]) -> dict[str, str]:
    """The last step of each property's IRI; with its prefix where two would be alike."""
    local = {prop: prop.replace("#", "/").rpartition("/")[2] for prop in properties}
    taken = [*local.values()]
    return {
        p: name if taken.count(name) == 1 and name not in ("id", "type") else _prefixed(p) for p, name in local.items()
    }


def _prefixed(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _definition(prop: str, kinds: set[str]) -> dict[str, str]:
    definition = {"@id": _prefixed(prop)}
    kind = next(iter(kinds))
    if kinds == {"@language"}:
        definition["@container"] = "@language"
    elif len(kinds) == 1 and kind != XSD + "string":
        definition["@type"] = _prefixed(kind) if kind != "@id" else kind
    return definition


def _node(
    subject: object, triples: Sequence[pyoxigraph.Triple], names: Mapping[str, str], context: Mapping[str, Any]
) -> dict[str, Any]:
    node: dict[str, Any] = {"id": _reference(subject)}
    for predicate, group in itertools.groupby(triples, key=lambda triple: triple.predicate.value):
        objects = [triple.object for triple in group]
        if predicate == _TYPE:
            node["type"] = _one_or_all([_type(term) for term in objects])
        elif "@container" in context[names[predicate]]:
            node[names[predicate]] = _by_language(objects)
        else:
            node[names[predicate]] = _one_or_all([_value(term, context[names[predicate]]) for term in objects])
    return node


def _by_language(literals: Sequence[object]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for term in literals:
        assert isinstance(term, pyoxigraph.Literal)
        found.setdefault(term.language or "", []).append(term.value)
    return {language: _one_or_all(values) for language, values in sorted(found.items())}


def _value(term: object, definition: Mapping[str, str]) -> Any:
    coerced = definition.get("@type")
    if not isinstance(term, pyoxigraph.Literal):
        return _reference(term) if coerced == "@id" else {"id": _reference(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if coerced or term.datatype.value == XSD + "string":
        return term.value
    return {"@value": term.value, "@type": _prefixed(term.datatype.value)}


def _reference(term: object) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        path = term.value.removeprefix(BASE)
        return path if path and ":" not in path else term.value
    return str(term)


def _type(term: object) -> str:
    return _prefixed(term.value) if isinstance(term, pyoxigraph.NamedNode) else str(term)


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
