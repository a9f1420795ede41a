"""The form of a named query: a field for each parameter, with what can be chosen and what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...entity import PROLOGUE, Name, ask, names
from ...queries import NamedQuery, Parameter
from ...terms import iri
from ...vocabulary import BASE, SCHEMES, compact
from .site import Site

#: Parameters whose values are all things of one class; never people, whom nobody should look up in a list.
_CLASSES: Mapping[str, str] = {"country": "mk:Country", "region": "mk:Region"}
#: Texts that are the name of a concept: the query and its parameter, and the list that the concept comes from.
_LISTED: Mapping[tuple[str, str], str] = {
    ("organisations", "kind"): "organisation-kind",
    ("publications", "kind"): "publication-kind",
    ("provisions", "state"): "provision-state",
}
_CERTAINTIES = ("explicit", "asserted", "any")


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen: what is sent, its name, and whether it was chosen."""

    value: str
    name: Name
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """A field: its parameter, the values given, and what there is to choose from (none for free text)."""

    parameter: Parameter
    values: tuple[str, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def sort(self) -> str:
        """How the field is made: select, thing, date, integer or text."""
        if self.choices:
            return "select"
        return {"iri": "thing", "string": "text"}.get(self.parameter.type, self.parameter.type)


def fields(site: Site, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> list[Field]:
    """The fields of a query's form, in the order of its parameters."""
    return [_field(site, query, parameter, given) for parameter in query.parameters]


def _field(site: Site, query: NamedQuery, parameter: Parameter, given: Mapping[str, Sequence[str]]) -> Field:
    default = query.defaults.get(parameter.name, "")
    values = tuple(given.get(parameter.name, ())) or ((default,) if default else ())
    offered = _offered(site, query, parameter)
    return Field(parameter, values, tuple(_choices(offered, values)) if offered else ())


def _offered(site: Site, query: NamedQuery, parameter: Parameter) -> list[tuple[str, Name]]:
    """What can be chosen, as it is sent and by its name; nothing where any text can be given."""
    is_thing = parameter.type == "iri"
    scheme = _LISTED.get((query.name, parameter.name)) or parameter.name
    if is_thing and parameter.name in _CLASSES:
        return _things(site, f"?thing a {_CLASSES[parameter.name]}", is_thing=True)
    if scheme in SCHEMES and parameter.type in ("iri", "string"):
        return _things(site, f"?thing skos:inScheme {iri(f'{BASE}scheme/{scheme}')}", is_thing=is_thing)
    if parameter.name == "certainty":
        return [(one, Name(site.words.say(one))) for one in _CERTAINTIES]
    if parameter.name == "source":
        return _sources(site)
    return []


def _things(site: Site, pattern: str, *, is_thing: bool) -> list[tuple[str, Name]]:
    """Things by name: sent as paths, or, where the query wants a text, as their English names."""
    engine = site.graph.engine
    found = [str(row["thing"]) for row in ask(engine, f"{PROLOGUE}SELECT DISTINCT ?thing WHERE {{ {pattern} }}")]
    english, known = names(engine, found), names(engine, found, site.words.language)
    sent = {one: compact(one) if is_thing else english.get(one, Name(one)).text for one in found}
    return sorted(((sent[one], known.get(one, Name(compact(one)))) for one in found), key=_by_name)


def _by_name(offered: tuple[str, Name]) -> tuple[str, str]:
    return offered[1].text.casefold(), offered[0]


def _sources(site: Site) -> list[tuple[str, Name]]:
    query = "SELECT ?number ?source WHERE { ?source a mk:Source ; dcterms:identifier ?number } ORDER BY ?number"
    rows = [(str(row["number"]), str(row["source"])) for row in ask(site.graph.engine, PROLOGUE + query)]
    known = names(site.graph.engine, {source for _, source in rows}, site.words.language)
    return [(number, Name(f"{number} {known[source].text}" if source in known else number)) for number, source in rows]


def _choices(offered: Sequence[tuple[str, Name]], values: Sequence[str]) -> list[Choice]:
    """What there is to choose, and last what was given and is none of it."""
    sent = {key.casefold(): value for value, name in offered for key in (value.rpartition("/")[2], name.text, value)}
    meant = {text: next((sent[key] for key in _keys(text) if key in sent), "") for text in values}
    others = [Choice(text, Name(text), chosen=True) for text, value in meant.items() if not value]
    return [Choice(value, name, value in meant.values()) for value, name in offered] + others


def _keys(text: str) -> tuple[str, str]:
    """What a given text is compared with: a path or a name, and a name as paths write it."""
    short = compact(text).casefold()
    return short, short.replace(" ", "-")
