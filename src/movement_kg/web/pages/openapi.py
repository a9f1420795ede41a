"""The OpenAPI 3.1 document of the site's data: each named query with its parameters, and the SPARQL endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...queries import NamedQuery, Parameter
from ..formats import GRAPHS, ROWS
from .site import Site

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "iri": {"type": "string", "description": "An IRI, a path such as org/inpud, or a name in any language."},
    "date": {"type": "string", "description": "A date in EDTF, such as 1996, 1996-07-12 or 199X."},
    "integer": {"type": "integer"},
    "string": {"type": "string"},
}
_ROWS_TYPE = "application/sparql-results+json"


def document(site: Site) -> dict[str, Any]:
    """The document, as values that JSON holds."""
    return {
        "openapi": "3.1.0",
        "info": _info(site),
        "servers": [{"url": site.address("") or "/"}],
        "tags": [{"name": tag} for tag in sorted({tag for query in site.queries.values() for tag in query.tags})],
        "paths": {f"/queries/{name}": {"get": _operation(query)} for name, query in site.queries.items()}
        | {"/sparql": {"get": _asked_by_get(), "post": _asked_by_post()}},
        "components": {"schemas": {"Rows": _ROWS_SCHEMA}, "responses": _FAULTS},
    }


def _info(site: Site) -> dict[str, Any]:
    return {
        "title": "movement-kg",
        "version": str(site.graph.info["version"]),
        "summary": "The documented history of the global movement of people who use drugs, as linked data.",
        "description": "Each query is a question with a fixed answer format. Several values of one parameter are "
        "alternatives. An ending such as .csv, .json, .xml or .tsv does what an Accept header does, and .rq gives the "
        "query itself.",
        "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
    }


def _operation(query: NamedQuery) -> dict[str, Any]:
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": query.tags,
        "parameters": [_parameter(query, parameter) for parameter in query.parameters],
        "responses": {
            "200": {"description": _columns(query), "content": _rows() | {"application/sparql-query": _TEXT}},
            **_faults("400", "406", "429", "503", "504"),
        },
    }


def _parameter(query: NamedQuery, parameter: Parameter) -> dict[str, Any]:
    default = {"default": [query.defaults[parameter.name]]} if parameter.name in query.defaults else {}
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and not default,
        "description": str(_TYPES[parameter.type].get("description", "Several values are alternatives.")),
        "schema": {"type": "array", "items": dict(_TYPES[parameter.type]), **default},
        "style": "form",
        "explode": True,
    }
    return described | ({"example": [query.test[parameter.name]]} if parameter.name in query.test else {})


def _columns(query: NamedQuery) -> str:
    """What each column holds, as Markdown."""
    return "\n".join(
        ["The rows, with the columns", "", *(f"- `{name}`: {told}" for name, told in query.columns.items())]
    )


def _rows() -> dict[str, Any]:
    others = {types[0]: _TEXT for form, types in ROWS.items() if form != "json"}
    return {_ROWS_TYPE: {"schema": {"$ref": "#/components/schemas/Rows"}}, **others, "text/html": _TEXT}


def _asked_by_get() -> dict[str, Any]:
    query = {
        "name": "query",
        "in": "query",
        "required": False,
        "description": "The query's text.",
        "schema": {"type": "string"},
    }
    return {
        "operationId": "sparql",
        "summary": "Ask in SPARQL 1.1 (without a query: the description of the service)",
        "tags": ["sparql"],
        "parameters": [query, *_dataset()],
        "responses": _answers(),
    }


def _asked_by_post() -> dict[str, Any]:
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
    body = {"application/sparql-query": _TEXT, "application/x-www-form-urlencoded": {"schema": form}}
    return {
        "operationId": "sparql-post",
        "summary": "Ask in SPARQL 1.1",
        "tags": ["sparql"],
        "requestBody": {"required": True, "content": body},
        "responses": _answers(),
    }


def _dataset() -> list[dict[str, Any]]:
    schema = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [
        {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": True}
        for name in ("default-graph-uri", "named-graph-uri")
    ]


def _answers() -> dict[str, Any]:
    graphs = {types[0]: _TEXT for types in GRAPHS.values()}
    told = "Rows or a truth value for SELECT and ASK, a graph for CONSTRUCT and DESCRIBE."
    faults = _faults("400", "403", "406", "413", "415", "429", "503", "504")
    return {"200": {"description": told, "content": {**_rows(), **graphs}}, **faults}


def _faults(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/Fault{status}"} for status in statuses}


_TEXT: Mapping[str, Any] = {"schema": {"type": "string"}}
_WHAT: Mapping[str, str] = {
    "400": "The request is wrong: an unknown parameter, a name that nothing has, a syntax error.",
    "403": "The graph is read-only.",
    "406": "The answer cannot be had in any format that was asked for.",
    "413": "The query, or its answer, is too large.",
    "415": "A query is posted in another media type.",
    "429": "This client asks too much at once.",
    "503": "The server is busy, or the query took too much memory.",
    "504": "The query took too long.",
}
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}
_FAULTS: Mapping[str, Any] = {
    f"Fault{status}": {
        "description": told,
        "content": {"text/plain": _TEXT, "application/problem+json": {"schema": _PROBLEM}},
    }
    for status, told in _WHAT.items()
}
_TERM: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode"]},
        "value": {"type": "string"},
        "datatype": {"type": "string"},
        "xml:lang": {"type": "string"},
    },
}
_ROWS_SCHEMA: Mapping[str, Any] = {
    "description": "SPARQL 1.1 Query Results JSON Format",
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
        "boolean": {"type": "boolean"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {"type": "array", "items": {"type": "object", "additionalProperties": _TERM}},
            },
        },
    },
}
