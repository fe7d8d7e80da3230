"""What comes in is as if it had been made by hand, once, whatever happened since the dry run."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from articles.actions.claims import edit_claim, lock_article
from articles.actions.moves import restore_claim
from articles.models import (
    Anchor,
    Article,
    Batch,
    Claim,
    Document,
    Evidence,
    QuotationCheck,
    Revision,
    Source,
    Transition,
    Verdict,
)
from articles.models.article import block_rows, text_hash
from articles.models.verdict import FIRST_HASH, broken_links
from articles.text.normalize import paragraphs
from tests.factories import make_article, make_claim, make_evidence, make_source, make_verdict
from tests.importing.batches import (
    TEXT,
    article,
    checked,
    claim,
    imported,
    load,
    problems,
    row_counts,
    staging_tables,
)

S = Batch.State
LORRIES = "7 lorries cross it each day"
QUOTED = "“It is 7 metres long,” said an engineer who asked not to be named"
TRUE = {"rating": "true", "rationale": "The count says so.", "attribution_accuracy": "accurate"}
CUE = TEXT.format(n=7).index("According to")
RESTS = [{"source": "Office of Roads"}]
DOCUMENT = "The Office says: it is 7 metres long. 7 lorries cross it."


def whole_file(reviewer: str) -> list[dict[str, object]]:
    return [
        {
            "type": "source",
            "id": "s1",
            "name": "Office of Roads",
            "aliases": ["OoR"],
            "homepage": "https://roads.example.org/",
        },
        {"type": "document", "id": "d1", "source": "OoR", "title": "Count", "text": DOCUMENT},
        article(
            7,
            url="https://example.org/7",
            byline="A. B.",
            publisher="Daily Post",
            published_on="2024-03-05",
            claims=[
                claim(
                    LORRIES,
                    id="c1",
                    note="Ask for the count.",
                    claimant={"id": "s1"},
                    evidence=[
                        {"source": "OoR", "document": "d1", "passage": "7 lorries", "note": "p. 3"},
                        {"source": "Daily Post", "relation": "context"},
                    ],
                    attribution=[
                        ["Daily Post", {"id": "s1", "cue": {"start": CUE, "end": CUE + 12}}],
                        [{"unnamed": "an engineer"}],
                    ],
                    verdicts=[
                        TRUE | {"rating": "half_true", "decided_at": "2024-03-06"},
                        TRUE | {"reviewer": reviewer, "decided_at": "2024-03-07T10:00:00Z"},
                    ],
                ),
                claim("The 7. bridge will close in May", id="c2"),
                claim(QUOTED, evidence=[{"source": "OoR", "document": "d1"}]),
            ],
        ),
    ]


@pytest.fixture
def bridge(desk, admin, reviewer) -> Article:
    batch = imported(desk, admin, whole_file(reviewer.username))
    assert problems(batch) == []
    assert batch.state == S.DONE
    return Article.objects.get()


def test_article_is_as_one_added_by_hand(bridge, desk, admin):
    text = TEXT.format(n=7)
    assert (bridge.desk, bridge.created_by, bridge.language) == (desk, admin, "en")
    assert (bridge.title, bridge.byline, bridge.publisher) == ("Bridge 7", "A. B.", "Daily Post")
    assert (bridge.url, str(bridge.published_on)) == ("https://example.org/7", "2024-03-05")
    assert (bridge.external_id, bridge.version, bridge.claims_made) == ("a7", 3, 3)
    assert bridge.suggested_revision == 0
    revision = Revision.objects.get()
    assert bridge.current_revision == revision
    assert (revision.number, revision.text, revision.length) == (1, text, len(text))
    assert revision.blocks == block_rows(paragraphs(text))
    assert revision.text_sha256 == text_hash(text)


def test_claims_count_from_one_in_the_order_of_the_file(bridge, desk, admin):
    claims = list(Claim.objects.order_by("number"))
    assert [(c.number, c.version, c.external_id) for c in claims] == [
        (1, 1, "c1"),
        (2, 2, "c2"),
        (3, 3, ""),
    ]
    assert [(c.status, c.rating) for c in claims] == [("decided", "true"), *[("open", "")] * 2]
    assert {(c.desk, c.created_by, c.assignee) for c in claims} == {(desk, admin, None)}
    first = claims[0]
    assert (first.text, first.note) == (LORRIES, "Ask for the count.")
    assert first.claimant.name == "Office of Roads"
    assert all(c.updated_at == c.created_at for c in claims)


def test_claims_are_anchored(bridge):
    text = bridge.current_revision.text
    for c in Claim.objects.all():
        anchor = Anchor.objects.get(claim=c)
        assert (anchor.state, anchor.score, anchor.current) == ("exact", 1, True)
        assert text[anchor.start : anchor.end] == anchor.exact == c.text
        assert text[: anchor.start].endswith(anchor.prefix)
        assert text[anchor.end :].startswith(anchor.suffix)
    assert Anchor.objects.get(claim__number=1).prefix


def test_evidence_document_and_quotation_checks(bridge):
    document = Document.objects.get()
    assert (document.text, document.title, document.external_id) == (DOCUMENT, "Count", "d1")
    assert document.source.name == "Office of Roads"
    assert document.original.open().read() == DOCUMENT.encode()
    passage, context = Evidence.objects.filter(claim__number=1).order_by("relation").reverse()
    assert (passage.relation, passage.document, passage.note) == ("supports", document, "p. 3")
    assert DOCUMENT[passage.start : passage.end] == passage.exact == "7 lorries"
    assert (context.relation, context.document, context.source.name) == (
        "context",
        None,
        "Daily Post",
    )
    check = QuotationCheck.objects.get()
    assert (check.evidence.claim.number, check.kind) == (3, "verbatim")
    assert DOCUMENT[check.start : check.end] == "it is 7 metres long"


def test_chains(bridge):
    chains = [
        [
            (s.position, s.source and s.source.name, s.description, s.exact)
            for s in chain.steps.all()
        ]
        for chain in Claim.objects.get(number=1).attributions.all()
    ]
    assert chains == [
        [(1, "Daily Post", "", ""), (2, "Office of Roads", "", "According to")],
        [(1, None, "an engineer", "")],
    ]


def test_verdicts_are_a_whole_chain_in_the_order_they_were_given(bridge, reviewer, admin):
    first, second = Verdict.objects.order_by("seq")
    assert (first.seq, first.previous_hash, first.reviewer) == (1, FIRST_HASH, admin)
    assert (second.seq, second.previous_hash, second.reviewer) == (2, first.hash, reviewer)
    assert (first.rating, second.rating) == ("half_true", "true")
    assert second.decided_at == datetime(2024, 3, 7, 10, tzinfo=UTC)
    assert second.exact == LORRIES
    assert [item["exact"] for item in second.evidence] == ["7 lorries", ""]
    assert set(second.evidence[0]) == {
        *("source", "relation", "url", "note", "document", "start", "end", "exact")
    }
    assert Claim.objects.get(number=1).verdict == second
    assert list(broken_links(Verdict.objects.all())) == []


def test_statuses_have_transitions(bridge, admin):
    moves = Transition.objects.values_list("claim__number", "origin", "target", "by", "note")
    assert list(moves) == [(1, "open", "decided", admin.pk, "Imported.")]


def test_snapshot_is_that_of_a_verdict_by_hand(bridge, reviewer):
    first = Claim.objects.get(number=1)
    by_hand = make_verdict(first, reviewer)
    assert by_hand.evidence == Verdict.objects.get(seq=2).evidence
    assert list(broken_links(Verdict.objects.all())) == []


def test_imported_claims_are_edited_and_numbered_on(bridge, reviewer):
    first = Claim.objects.get(number=1)
    edit_claim(claim=first, seen=1, by=reviewer, note="Asked.", claimant=None)
    new = make_claim(bridge, "the mayor said", reviewer)
    bridge.refresh_from_db()
    assert (new.number, new.version, bridge.version, bridge.claims_made) == (4, 5, 5, 4)


def test_history_has_no_rows_of_what_never_was(desk, admin, reviewer):
    before = row_counts(history=True)
    rows = whole_file(reviewer.username)
    rows[-1]["claims"][0].pop("verdicts")
    imported(desk, admin, rows)
    after = row_counts(history=True)
    assert {name for name in after if after[name] != before[name] and "event" in name} == set()


STATUSES = {
    "open": ([], "open", ""),
    "in_review": ([TRUE], "in_review", ""),
    "awaiting_second_review": ([TRUE], "awaiting_second_review", ""),
    "decided": ([TRUE], "decided", "true"),
    "published": ([TRUE], "published", "true"),
    "needs_recheck": ([TRUE], "needs_recheck", "true"),
    "withdrawn": ([TRUE], "withdrawn", "true"),
}


@pytest.mark.parametrize(("verdicts", "status", "rating"), STATUSES.values(), ids=STATUSES)
def test_status_comes_in(desk, admin, verdicts, status, rating):
    imported(
        desk,
        admin,
        [article(7, claims=[claim(LORRIES, status=status, verdicts=verdicts, evidence=RESTS)])],
    )
    made = Claim.objects.get()
    assert (made.status, made.rating) == (status, rating)
    assert [t.target for t in made.transitions.all()] == ([status] if status != "open" else [])


WITHDRAWN = {"with a verdict": ([TRUE], "decided"), "without one": ([], "open")}


@pytest.mark.parametrize(("verdicts", "status"), WITHDRAWN.values(), ids=WITHDRAWN)
def test_withdrawn_claim_can_be_restored(desk, admin, reviewer, verdicts, status):
    row = claim(LORRIES, status="withdrawn", verdicts=verdicts, evidence=RESTS)
    imported(desk, admin, [article(7, claims=[row])])
    restored = restore_claim(claim=Claim.objects.get(), seen=1, by=reviewer)
    assert restored.status == status
    assert bool(restored.verdict) == bool(verdicts)


def test_second_review_goes_on_from_an_imported_first_verdict(desk, admin, reviewer):
    row = claim(LORRIES, status="awaiting_second_review", verdicts=[TRUE], evidence=RESTS)
    imported(desk, admin, [article(7, claims=[row])])
    assert list(Verdict.objects.of_the_round()) == [Verdict.objects.get()]
    assert list(Verdict.objects.visible_to(reviewer)) == []
    make_verdict(Claim.objects.get(), reviewer)
    decided = Claim.objects.get()
    assert (decided.status, decided.rating) == ("decided", "true")


def test_second_reviewer_who_differs_leaves_it_to_an_editor(desk, admin, reviewer):
    row = claim(LORRIES, status="awaiting_second_review", verdicts=[TRUE], evidence=RESTS)
    imported(desk, admin, [article(7, claims=[row])])
    make_verdict(Claim.objects.get(), reviewer, "false")
    assert Claim.objects.get().status == "awaiting_second_review"


def many(n: int = 6) -> list[dict[str, object]]:
    return [
        article(
            i,
            claims=[
                claim(f"{i} lorries", claimant="Office of Roads", verdicts=[TRUE], evidence=RESTS),
                claim(f"{i} lorries", status="withdrawn"),
                claim("the mayor said", id="c1", attribution=["Daily Post", "Mayor"]),
            ],
        )
        for i in range(n)
    ]


ORDERS = {"same": lambda rows: rows, "reversed": lambda rows: rows[::-1], "part": lambda r: r[1:3]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_same_file_again_changes_nothing(desk, admin, order):
    imported(desk, admin, many())
    before = row_counts(history=True)
    rows = order(many())
    batch = imported(desk, admin, rows)
    assert row_counts(history=True) == before
    assert batch.expected == batch.counts
    assert batch.counts == {"article": {"same": len(rows)}, "claim": {"same": 3 * len(rows)}}
    assert list(Article.objects.values_list("version", flat=True)) == [3] * 6


def test_whole_file_again_changes_nothing(bridge, desk, admin, reviewer):
    before = row_counts(history=True)
    batch = imported(desk, admin, whole_file(reviewer.username))
    assert row_counts(history=True) == before
    assert batch.counts == {
        kind: {"same": n}
        for kind, n in {"source": 1, "document": 1, "article": 1, "claim": 3}.items()
    }


def test_source_named_with_a_kind_and_without_is_one_and_stays_so(desk, admin):
    rows = [
        article(1, claims=[claim("the mayor said", claimant="Post")]),
        article(2, claims=[claim("the mayor said", claimant={"name": "post", "kind": "person"})]),
    ]
    for _ in range(2):
        assert problems(imported(desk, admin, rows)) == []
        assert [(s.name.lower(), s.kind) for s in Source.objects.all()] == [("post", "person")]


def test_chunks_of_one_row_make_the_same(desk, other_desk, admin, monkeypatch):
    imported(other_desk, admin, many())
    monkeypatch.setattr("articles.importing.load.CHUNK_ROWS", 1)
    monkeypatch.setattr("articles.importing.dry_run.CHUNK_ROWS", 1)
    batch = imported(desk, admin, many())
    assert batch.counts == batch.expected == {"article": {"create": 6}, "claim": {"create": 18}}
    fields = ("article__title", "number", "version", "text", "status", "rating", "claimant")
    one, other = (
        list(Claim.objects.filter(desk=d).order_by("article__title", "number").values_list(*fields))
        for d in (desk, other_desk)
    )
    assert one == other
    assert list(broken_links(Verdict.objects.all())) == []


def test_claims_of_a_stored_article_number_on(desk, admin, reviewer):
    stored = make_article(desk, reviewer, TEXT.format(n=7), title="By hand")
    make_claim(stored, "the mayor said", reviewer)
    make_claim(stored, "an engineer", reviewer)
    rows = [
        article(7, claims=[claim(LORRIES), claim("the mayor said", note="A rumour.")]),
        {"type": "claim", "article": str(stored.pk), "exact": "The 7. bridge"},
    ]
    batch = imported(desk, admin, rows)
    assert problems(batch) == []
    assert batch.counts == {"article": {"update": 1}, "claim": {"create": 2, "update": 1}}
    claims = Claim.objects.order_by("number")
    assert [(c.number, c.text) for c in claims] == [
        (1, "the mayor said"),
        (2, "an engineer"),
        (3, LORRIES),
        (4, "The 7. bridge"),
    ]
    stored.refresh_from_db()
    assert (stored.title, stored.claims_made, stored.version) == ("Bridge 7", 4, 5)
    assert sorted(c.version for c in claims) == [2, 3, 4, 5]
    assert claims[0].note == "A rumour."


def test_row_that_the_dry_run_refused_stays_refused_and_the_rest_goes_in(desk, admin):
    make_article(desk, admin, "Another text.", title="Taken")
    Article.objects.update(external_id="a2")
    rows = [
        article(1),
        article(2, claims=[claim("the mayor said")]),
        article(3),
        article(3, claims=[claim("the mayor said")]),
    ]
    batch = imported(desk, admin, rows)
    assert (batch.state, batch.reason) == (S.DONE, "")
    assert [row for row, _, _ in problems(batch)] == [2, 4, 4]
    assert (batch.rows, batch.staged, batch.refused, batch.done_rows) == (4, 4, 2, 4)
    assert batch.counts == batch.expected == {"article": {"create": 2, "refuse": 2}}
    assert Claim.objects.count() == 0


def test_article_that_came_by_hand_since_the_dry_run_is_not_doubled(desk, admin):
    batch = checked(desk, admin, [article(1), article(2)])
    make_article(desk, admin, TEXT.format(n=1), title="Bridge 1")
    load(batch)
    assert batch.expected == {"article": {"create": 2}}
    assert batch.counts == {"article": {"create": 1, "same": 1}}
    assert Article.objects.count() == 2


def test_row_that_became_wrong_since_the_dry_run_is_refused_with_its_values(desk, admin):
    url = "https://example.org/1"
    rows = [article(1, url=url, claims=[claim("the mayor said")]), article(2)]
    batch = checked(desk, admin, rows)
    make_article(desk, admin, "Quite another text.", title="Taken")
    Article.objects.update(url=url)
    load(batch)
    assert batch.counts == {"article": {"create": 1, "refuse": 1}}
    assert (batch.state, batch.refused) == (S.DONE, 1)
    assert [(row, column) for row, column, _ in problems(batch)] == [(1, "text")]
    assert batch.refused_rows.get().fields == rows[0]


def test_claim_marked_since_the_dry_run_is_not_doubled(desk, admin, reviewer):
    stored = make_article(desk, reviewer, TEXT.format(n=1), title="Bridge 1")
    batch = checked(desk, admin, [article(1, claims=[claim("the mayor said")])])
    make_claim(stored, "the mayor said", reviewer)
    load(batch)
    assert batch.counts == {"article": {"same": 1}, "claim": {"same": 1}}
    assert Claim.objects.count() == 1


def test_claim_on_an_article_whose_text_changed_since_is_refused(desk, admin):
    stored = make_article(desk, admin, TEXT.format(n=1))
    row = {"type": "claim", "article": str(stored.pk), "exact": "1 lorries"}
    batch = checked(desk, admin, [row, article(2)])
    text = f"New. {TEXT.format(n=1)}"
    stored.current_revision = Revision.objects.create(
        article=stored,
        number=2,
        text=text,
        blocks=block_rows(paragraphs(text)),
        text_sha256=text_hash(text),
        created_by=admin,
    )
    stored.save()
    load(batch)
    assert batch.state == S.DONE
    reason = "This article has another text since the file was checked."
    assert problems(batch) == [(1, "article", reason)]
    assert batch.counts == {"claim": {"refuse": 1}, "article": {"create": 1}}


def test_claim_on_an_article_that_is_gone_is_refused(desk, admin):
    stored = make_article(desk, admin, TEXT.format(n=1))
    row = {"type": "claim", "article": str(stored.pk), "exact": "1 lorries"}
    batch = checked(desk, admin, [row])
    stored.delete()
    load(batch)
    assert problems(batch) == [(1, "article", "This article is not there any more.")]


def test_source_that_came_since_the_dry_run_is_not_doubled(desk, admin):
    rows = [
        {"type": "source", "name": "Office of Roads"},
        article(1, claims=[claim("the mayor said", claimant="office of roads")]),
        article(2, claims=[claim("the mayor said", claimant="Daily Post")]),
    ]
    batch = checked(desk, admin, rows)
    made = [make_source(name, admin) for name in ("OFFICE OF ROADS", "daily post")]
    load(batch)
    assert list(Source.objects.order_by("created_at")) == made
    assert [c.claimant for c in Claim.objects.order_by("article__title")] == made
    assert batch.counts["source"] == {"same": 1}


def test_file_without_good_rows_is_not_imported(desk, admin):
    batch = checked(desk, admin, [{"title": "No text"}])
    assert (batch.rows, batch.refused, batch.staged) == (1, 1, 0)
    with pytest.raises(Exception, match="No row of this file can be imported"):
        load(batch)


def test_refused_by_the_comparison_alone_is_not_imported(desk, admin):
    batch = checked(desk, admin, [article(1, claims=[claim("the mayor", claimant={"id": "no"})])])
    with pytest.raises(Exception, match="No row of this file can be imported"):
        load(batch)


def test_details_are_filled_in_and_updated(desk, admin):
    imported(desk, admin, [article(1)])
    url = "https://example.org/1"
    batch = imported(desk, admin, [article(1, title="New", byline="A. B.", url=url)])
    assert batch.counts == {"article": {"update": 1}}
    stored = Article.objects.get()
    assert (stored.title, stored.byline, stored.url) == ("New", "A. B.", url)
    imported(desk, admin, [article(1, title="New")])
    stored.refresh_from_db()
    assert (stored.byline, stored.url) == ("A. B.", url)


def test_source_gets_aliases_and_home_page(desk, admin):
    make_source("Office of Roads", admin, aliases=["OoR"])
    row = {
        "type": "source",
        "name": "office of roads",
        "aliases": ["Roads", "OoR"],
        "homepage": "https://roads.example.org/",
    }
    batch = imported(desk, admin, [row])
    assert batch.counts == {"source": {"update": 1}}
    source = Source.objects.get()
    assert (source.name, source.aliases) == ("Office of Roads", ["OoR", "Roads"])
    assert source.homepage == "https://roads.example.org/"
    assert imported(desk, admin, [row]).counts == {"source": {"same": 1}}


def test_protected_source_comes_back_by_its_id(desk, admin):
    source = make_source("Deep Throat", admin, kind="person", protected=True)
    rows = [
        {"type": "source", "id": str(source.pk), "kind": "person", "protected": True},
        article(1, claims=[claim("the mayor said", claimant={"id": str(source.pk)})]),
    ]
    batch = imported(desk, admin, rows)
    assert batch.counts["source"] == {"same": 1}
    assert Claim.objects.get().claimant == Source.objects.get() == source
    assert Source.objects.get().name == "Deep Throat"


def test_verdict_log_verifies(bridge, capsys):
    call_command("verify_log")


def test_staging_tables_and_file_are_gone_when_done(
    desk, admin, django_capture_on_commit_callbacks
):
    batch = checked(desk, admin, [article(1)])
    storage, name = batch.file.storage, batch.file.name
    with django_capture_on_commit_callbacks(execute=True):
        load(batch)
    assert (staging_tables(batch), batch.file.name) == ([], "")
    assert not storage.exists(name)


class TestAtOnce:
    """Two connections; what one has not committed, the other waits for."""

    @pytest.fixture
    def stored(self, transactional_db, desk, admin) -> Article:
        return make_article(desk, admin, TEXT.format(n=1), title="Bridge 1")

    def person(self, batch, stored, act):
        """Act on the locked article once the import waits for it; the import goes on then."""
        holds, done = threading.Event(), threading.Event()

        def importing():
            try:
                holds.wait(10)
                return load(batch)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(importing)
            try:
                with transaction.atomic():
                    lock_article(stored.pk)
                    holds.set()
                    wait_for_a_waiter()
                    act()
            finally:
                holds.set()
                done.set()
            return running.result(30)

    def test_import_and_reviewer_who_records_a_verdict_do_not_block_each_other(
        self, stored, desk, admin
    ):
        marked = make_claim(stored, "the mayor said", admin)
        make_evidence(marked, make_source("Mayor", admin), admin)
        batch = checked(
            desk, admin, [article(1, claims=[claim("1 lorries", verdicts=[TRUE], evidence=RESTS)])]
        )
        with patch("articles.importing.run.WAITS", ()):
            self.person(batch, stored, lambda: make_verdict(marked, admin))
        assert batch.state == S.DONE
        assert Verdict.objects.count() == 2
        assert list(broken_links(Verdict.objects.all())) == []

    def test_words_marked_while_the_import_waits_are_one_claim(self, stored, desk, admin):
        batch = checked(desk, admin, [article(1, claims=[claim("1 lorries")])])
        self.person(batch, stored, lambda: make_claim(stored, "1 lorries", admin))
        assert Claim.objects.count() == 1
        assert batch.counts["claim"] == {"same": 1}

    def test_evidence_linked_while_the_import_waits_stays(self, stored, desk, admin):
        marked = make_claim(stored, "1 lorries", admin)
        batch = checked(desk, admin, [article(1, claims=[claim("1 lorries", note="Ask.")])])
        source = make_source("Office of Roads", admin)
        self.person(batch, stored, lambda: make_evidence(marked, source, admin))
        marked.refresh_from_db()
        stored.refresh_from_db()
        assert (marked.note, marked.status, marked.version) == ("Ask.", "in_review", 3)
        assert stored.version == 3


def wait_for_a_waiter() -> None:
    """Until another connection to this database waits for a lock."""
    # For a transaction a lock names no database; who waits for one holds others that do.
    ours = "SELECT oid FROM pg_database WHERE datname = current_database()"
    here = f"SELECT pid FROM pg_locks WHERE database = ({ours})"
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("Nothing waits.")
