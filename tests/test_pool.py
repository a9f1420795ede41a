"""The pool of workers: whatever one question does, the others are answered, and what breaks off is told."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from movement_kg.engines.embedded import Request
from movement_kg.engines.frames import DATA, header, pack
from movement_kg.engines.nursery import Nursery
from movement_kg.engines.pool import Lanes, Pool
from movement_kg.engines.rows import RowCounter
from movement_kg.errors import BusyError, EngineError, FormatError, QueryError, SizeLimitError, TimeLimitError

EASY = "SELECT ?name { <https://w3id.org/movement-kg/org/vandu> mk:acronym ?name }"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DEEP = "SELECT * " + "{" * 20_000 + "}" * 20_000


@pytest.fixture
def run(shipped):
    """Run a test's own coroutine with a pool over the shipped build."""
    store = str(shipped.build.store)

    def with_pool(test, lanes: Lanes | None = None, memory: int = 256 << 20) -> None:
        async def whole() -> None:
            pool = Pool(lambda: Nursery("movement_kg.engines.worker:work", store, str(memory)), lanes or Lanes())
            await pool.start()
            try:
                await test(pool)
            finally:
                await pool.close()

        asyncio.run(whole())

    return with_pool


async def ask(pool: Pool, query: str, client: str = "", **more) -> tuple[bytes, bytes]:
    answer = await pool.ask(Request(query, **more).pack(), client, query=query)
    return answer.sort, b"".join([piece async for piece in answer.pieces()])


def test_an_answer_comes_in_the_format_wanted(run):
    async def test(pool):
        assert await ask(pool, EASY, rows="csv") == (b"rows", b"name\r\nVANDU\r\n")
        assert await ask(pool, "ASK {}", rows="tsv") == (b"boolean", b"true")
        sort, graph = await ask(pool, "CONSTRUCT { <a:a> <a:b> 1 } {}", graph="ntriples")
        assert (sort, graph) == (b"graph", b'<a:a> <a:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')

    run(test)


@pytest.mark.parametrize(
    ("query", "more", "fault", "said"),
    [
        ("SELECT ?x { ?x", {}, QueryError, "line 1, column 15"),
        ("SELECT * { SERVICE <a:b> { ?s ?p ?o } }", {"guarded": True}, QueryError, "SERVICE"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", {"graph": ""}, FormatError, "graph"),
        ("SELECT ?s { ?s ?p ?o }", {"rows": ""}, FormatError, "rows"),
        (ALL, {"max_rows": 1000}, SizeLimitError, "more than 1000 rows"),
        (ALL, {"max_bytes": 1000}, SizeLimitError, "longer than 1000 bytes"),
        (DEEP, {}, EngineError, "ended its process"),
    ],
    ids=["syntax", "service", "no graph format", "no row format", "rows", "bytes", "deep"],
)
def test_a_fault_is_told_and_the_next_question_answered(run, query, more, fault, said):
    async def test(pool):
        with pytest.raises(fault, match=said):
            await ask(pool, query, **more)
        assert (await ask(pool, EASY))[0] == b"rows"

    run(test)


def test_an_answer_that_breaks_off_late_is_told_to_its_reader(run):
    async def test(pool):
        answer = await pool.ask(Request(ALL, "tsv", max_bytes=3_000_000).pack())
        with pytest.raises(SizeLimitError):
            async for _ in answer.pieces():
                pass
        assert not answer.is_whole
        assert (await ask(pool, EASY))[0] == b"rows"

    run(test)


def test_after_a_fault_everybody_gets_the_answer_to_their_own_question(run):
    async def test(pool):
        for _ in range(3):
            with pytest.raises(FormatError):
                await ask(pool, "ASK {}", rows="")
        queries = [f"SELECT (({n}) AS ?n) {{}}" for n in range(24)]
        answers = await asyncio.gather(*(ask(pool, query, rows="csv") for query in queries))
        assert [body for _, body in answers] == [f"n\r\n{n}\r\n".encode() for n in range(24)]

    run(test)


def test_exactly_as_many_rows_as_allowed_are_no_fault(run):
    async def test(pool):
        query = "SELECT ?s { ?s ?p ?o } LIMIT 1000"
        for form in ("json", "xml", "csv", "tsv"):
            await ask(pool, query, rows=form, max_rows=1000)
            with pytest.raises(SizeLimitError):
                await ask(pool, query, rows=form, max_rows=999)

    run(test)


def test_a_question_that_runs_too_long_is_stopped(run):
    async def test(pool):
        with pytest.raises(TimeLimitError, match="0.5 s"):
            await ask(pool, ENDLESS)
        assert (await ask(pool, EASY))[0] == b"rows"

    run(test, Lanes(seconds=0.5))


def test_easy_questions_are_answered_while_hard_ones_run_and_only_so_many_may_be_hard(run):
    async def test(pool):
        hard = [asyncio.create_task(ask(pool, ENDLESS, "one")) for _ in range(10)]
        await asyncio.sleep(1.5)
        assert (await ask(pool, EASY, "one"))[0] == b"rows"
        assert (await ask(pool, EASY, "other"))[0] == b"rows"
        faults = [type(fault) for fault in await asyncio.gather(*hard, return_exceptions=True)]
        assert (faults.count(BusyError), faults.count(TimeLimitError)) == (6, 4)

    run(test, Lanes(seconds=3, most=6, long=5, long_of_client=4, young=0.3))


@pytest.mark.parametrize(("clients", "of_client"), [(["one"] * 4, True), (["one", "two", "three", "four"], False)])
def test_who_is_turned_away_learns_whether_they_alone_ask_too_much(run, clients, of_client):
    async def test(pool):
        hard = [asyncio.create_task(ask(pool, ENDLESS, client)) for client in clients]
        faults = [
            fault for fault in await asyncio.gather(*hard, return_exceptions=True) if isinstance(fault, BusyError)
        ]
        assert [fault.of_client for fault in faults] == [of_client]

    run(test, Lanes(seconds=1.5, most=6, long=3, long_of_client=3 if of_client else 2, young=0.2))


def test_an_answer_given_up_frees_its_worker(run):
    async def test(pool):
        answer = await pool.ask(Request(ALL).pack())
        assert pool.busy == 1
        answer.stop()
        assert pool.busy == 0
        hung_up = asyncio.create_task(ask(pool, ENDLESS))
        await asyncio.sleep(0.2)
        hung_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hung_up
        assert pool.busy == 0
        assert (await ask(pool, EASY))[0] == b"rows"

    run(test)


def test_a_slow_reader_holds_no_worker_and_gets_all(run):
    async def test(pool):
        answer = await pool.ask(Request(ALL, "tsv").pack())
        for _ in range(200):
            if not pool.busy:
                break
            await asyncio.sleep(0.1)
        assert pool.busy == 0
        pieces = [piece async for piece in answer.pieces()]
        assert b"".join(pieces).count(b"\n") > 90_000

    run(test, Lanes(seconds=30))


def test_a_worker_cannot_take_more_memory_than_allowed(run):
    async def test(pool):
        doubling = "SELECT (STRLEN(?z) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?a0)"
        doubling += "".join(f" BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(28)) + " BIND(?a28 AS ?z) }"
        with pytest.raises((EngineError, QueryError)):
            await ask(pool, doubling)
        assert (await ask(pool, EASY))[0] == b"rows"

    run(test, memory=64 << 20)


def test_a_worker_is_replaced_after_so_many_questions(run):
    async def test(pool):
        before = pool.pids
        for _ in range(6):
            await ask(pool, EASY)
        assert len(set(before) & set(pool.pids)) < len(before)

    run(test, Lanes(tasks=2, warm=2))


def test_workers_end_with_their_pool(run):
    pids = []

    async def test(pool):
        await ask(pool, EASY)
        pids.extend(pool.pids)

    run(test)
    assert pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_frame_tells_its_kind_and_length():
    assert header(pack(DATA, b"four")) == (DATA, 4)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("form", "text", "rows"),
    [
        ("json", b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"value":"},{\\""}},{"a":{"value":"},{"}}]}}', 2),
        ("csv", b'a\r\n"one\r\ntwo ""x"" "\r\nthree\r\n', 2),
        ("tsv", b'?a\n"one\\ntwo"\n"three"\n', 2),
        ("xml", b"<results><result></result><result></result></results>", 2),
    ],
    ids=["json", "csv", "tsv", "xml"],
)
def test_rows_are_counted_however_the_bytes_are_cut(form, text, rows, size):
    counter = RowCounter(form)
    counts = [counter.add(text[start : start + size]) for start in range(0, len(text), size)]
    assert counts[-1] == rows
