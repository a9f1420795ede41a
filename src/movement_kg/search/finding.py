"""Finding: from the best fit to the worst, by name, by description, inside a word, spelled nearly so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..vocabulary import BASE
from .reading import (
    LISTED,
    RARE,
    Meant,
    NameRow,
    Question,
    beginning,
    called,
    containing,
    marked,
    meant,
    names_of,
    near,
    paths_of,
    things_found,
    word_query,
)
from .words import ACRONYM, LABEL, kind_of

# How well a name fits, from best to worst. The score of a hit is at most this.
IS_ACRONYM, IS_NAME, IS_SPELLED_TOGETHER, BEGINS, HAS_WORDS, HAS_BEGINNINGS = 1.0, 0.95, 0.93, 0.9, 0.8, 0.7
SPREAD, TOLD, INSIDE, NEAR = 0.6, 0.5, 0.4, 0.3
#: How good a near name must be beside the best one.
_BESIDE_BEST = 0.85

#: A thing that fits, with the score, its number, the name that fits best, and all its names.
_Fit = tuple[float, int, NameRow, list[NameRow]]


@dataclass(frozen=True)
class Hit:
    """A thing that was found.

    `name` is what to show, in `language` ("" where none is stated); `matched` the name or description that fits what was
    typed, "" where that is the shown one; `kind` the first step of the path, or theme; `score` from 1 (its acronym) down to 0.
    """

    iri: str
    name: str
    kind: str
    matched: str
    score: float
    language: str


def answer(base: sqlite3.Connection, question: Question) -> list[Hit]:
    """The hits of a question, the best first."""
    fits = _fits_by_name(base, question)
    for more in (_fits_by_description, _fits_inside):
        if len(fits) < question.limit:
            fits += more(base, question, {fit[1] for fit in fits})
    best = (fits or _fits_nearly(base, question))[: question.limit]
    paths = paths_of(base, [thing for _, thing, _, _ in best])
    return [_hit(paths[fit[1]], fit, question.language) for fit in best]


def _hit(path: str, fit: _Fit, language: str) -> Hit:
    score, _, matched, names = fit
    shown = _shown(names, language)
    other = matched.text if matched.text != shown.text else ""
    return Hit(BASE + path, shown.text, kind_of(path), other, round(score, 3), shown.language)


def _shown(names: list[NameRow], language: str) -> NameRow:
    """The best sort of name, in the reader's language, else English, else any."""
    wanted = language.lower()
    order = {tongue: place for place, tongue in reversed([*enumerate((wanted, wanted.partition("-")[0], "en"))])}
    return min(names, key=lambda name: (name.sort, order.get(name.language, len(order))))


def _fits_by_name(base: sqlite3.Connection, question: Question) -> list[_Fit]:
    things = {*called(base, question)}
    wanted = [meant(base, word) for word in question.words]
    queries = _queries(question, wanted)
    for query in queries:
        things.update(things_found(base, "named", query, question.candidates if len(queries) > 1 else RARE))
    fits = (_fit(thing, names, question) for thing, names in names_of(base, things))
    return _ranked(fit for fit in fits if fit[0])


def _queries(question: Question, wanted: list[Meant]) -> list[str]:
    """What to ask FTS5: what the rare words find, else the most important things in three orders."""
    if not all(one.groups for one in wanted):
        return []
    rare = [one.group for one in wanted if one.things <= RARE]
    if rare:
        return [question.match(*rare)]
    others = [one.group for one in wanted[1:]]
    first = " OR ".join(marked(one) for one in wanted[0].groups)
    return [
        question.match(first, *others),
        question.match(*map(word_query, question.words)),
        question.match(*(one.group for one in wanted)),
    ]


def _fit(thing: int, names: list[NameRow], question: Question) -> _Fit:
    strong = [name for name in names if name.sort < LABEL]
    best, matched = max(((_score(name, question), name) for name in strong), key=lambda pair: pair[0])
    if not best:
        matched = _telling(strong, question)
        best = SPREAD if _tells(strong, question) else 0.0
    return best, thing, matched, names


def _score(name: NameRow, question: Question) -> float:
    if name.words == question.text:
        return IS_ACRONYM if name.sort == ACRONYM else IS_NAME
    if name.words.replace(" ", "") == question.together:
        return IS_SPELLED_TOGETHER
    if name.words.startswith(question.text):
        return BEGINS
    if all(f" {word} " in name.tokens for word in question.words):
        return HAS_WORDS
    if all(f" {word}" in name.tokens for word in question.words):
        return HAS_BEGINNINGS
    return 0.0


def _fits_by_description(base: sqlite3.Connection, question: Question, known: set[int]) -> list[_Fit]:
    query = question.match(*(beginning(word[:LISTED]) for word in question.words))
    things = set(things_found(base, "told", query, question.candidates + len(known))) - known
    told = ((thing, names) for thing, names in names_of(base, things) if _tells(names, question))
    return _ranked((TOLD, thing, _telling(names, question), names) for thing, names in told)


def _tells(names: list[NameRow], question: Question) -> bool:
    """Whether the names together have every word."""
    return all(any(f" {word}" in name.tokens for name in names) for word in question.words)


def _telling(names: list[NameRow], question: Question) -> NameRow:
    """The text that has most of the words."""
    return max(names, key=lambda name: sum(f" {word}" in name.tokens for word in question.words))


def _fits_inside(base: sqlite3.Connection, question: Question, known: set[int]) -> list[_Fit]:
    return _fits_by_others(base, question, [containing(base, word) for word in question.words], (INSIDE, known))


def _fits_nearly(base: sqlite3.Connection, question: Question) -> list[_Fit]:
    # A word that no name has is the one that is wrong; where there is none such, any may be.
    wrong = [word for word in question.words if not meant(base, word).groups] or question.words
    others = [near(base, word) if word in wrong else {} for word in question.words]
    fits = _fits_by_others(base, question, others, (NEAR, set()))
    return [fit for fit in fits if fit[0] >= _BESIDE_BEST * fits[0][0]]


def _fits_by_others(
    base: sqlite3.Connection, question: Question, others: Sequence[Mapping[str, float]], rank: tuple[float, set[int]]
) -> list[_Fit]:
    """The things whose names have, for each word, it or one of the others that stand for it with a likeness."""
    if not any(others):
        return []
    wanted = [meant(base, word, words) for word, words in zip(question.words, others, strict=True)]
    if not all(one.groups for one in wanted):
        return []
    score, known = rank
    rare = [one.group for one in wanted if one.things <= RARE]
    query = question.match(*(rare or [one.group for one in wanted]))
    room = RARE if rare else question.candidates
    things = set(things_found(base, "named", query, room + len(known))) - known
    likes = [*zip(question.words, others, strict=True)]
    fits = (_likened(thing, names, likes, score) for thing, names in names_of(base, things))
    return _ranked(fit for fit in fits if fit[0])


def _likened(thing: int, names: list[NameRow], likes: list[tuple[str, Mapping[str, float]]], score: float) -> _Fit:
    strong = [name for name in names if name.sort < LABEL]
    table = [[_likeness(name, word, others) for word, others in likes] for name in strong]
    best = max(range(len(strong)), key=lambda place: sum(table[place]))
    # Each word at its best name: the words may stand in several.
    each = [max(column) for column in zip(*table, strict=True)]
    return score * (sum(each) / len(each)) * all(each), thing, strong[best], names


def _likeness(name: NameRow, word: str, others: Mapping[str, float]) -> float:
    if f" {word}" in name.tokens:
        return 1.0
    return max((like for other, like in others.items() if f" {other} " in name.tokens), default=0.0)


def _ranked(fits: Iterable[_Fit]) -> list[_Fit]:
    return sorted(fits, key=lambda fit: (-fit[0], fit[1]))
