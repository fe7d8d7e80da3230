"""Undo takes out what nobody has touched, and says what stays and why."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from articles.actions.batches import ask_cancel, ask_import, ask_undo
from articles.actions.claims import lock_article
from articles.actions.moves import restore_claim
from articles.importing import undo as undo_steps
from articles.importing.run import run_batch
from articles.models import (
    Article,
    Batch,
    Claim,
    Document,
    Draft,
    Evidence,
    QuotationCheck,
    Revision,
    RuleError,
    Source,
    Verdict,
)
from articles.models.article import block_rows, text_hash
from articles.models.verdict import broken_links
from articles.text.normalize import paragraphs
from tests.factories import (
    make_article,
    make_claim,
    make_evidence,
    make_source,
)
from tests.importing.batches import article, checked, claim, imported, row_counts, run, undone
from tests.importing.test_load import RESTS, TRUE, wait_for_a_waiter

pytestmark = pytest.mark.django_db
S = Batch.State
MAYOR = "the mayor said"


def rows(n: int = 3) -> list[dict[str, object]]:
    document = {"type": "document", "id": "d", "source": "Office of Roads", "text": "9 lorries."}
    evidence = [{"source": "Office of Roads", "document": "d", "passage": "9 lorries"}]
    return [
        {"type": "source", "name": "Mayor", "kind": "person"},
        document,
        *(
            article(
                i,
                claims=[
                    claim(MAYOR, attribution=["Daily Post", "Mayor"]),
                    claim(f"{i} lorries", evidence=evidence, claimant="Office of Roads"),
                    claim(f"“It is {i} metres long,”", evidence=evidence, status="withdrawn"),
                ],
            )
            for i in range(n)
        ),
    ]


def test_removes_all_that_nobody_has_touched(desk, admin, django_capture_on_commit_callbacks):
    before = row_counts()
    batch = imported(desk, admin, rows())
    original = Document.objects.get().original
    with django_capture_on_commit_callbacks(execute=True):
        undone(batch)
    assert row_counts() == before
    assert (batch.state, batch.undone_by, batch.file.name) == (S.UNDONE, admin, "")
    assert batch.undone_at is not None
    assert batch.undo_report == {
        "removed": {"article": 3, "claim": 9, "document": 1, "source": 3},
        "withdrawn": 0,
        "kept": [],
        "kept_count": 0,
        "stays": 0,
    }
    assert not original.storage.exists(original.name)


def test_can_be_imported_again_afterwards(desk, admin):
    undone(imported(desk, admin, rows()))
    assert imported(desk, admin, rows()).counts["article"] == {"create": 3}


def touched() -> Claim:
    return Claim.objects.get(article__title="Bridge 1", number=1)


def change_title(admin):
    Article.objects.filter(title="Bridge 1").update(title="New title")


def mark(admin):
    make_claim(touched().article, "According to", admin)


def work(admin):
    make_evidence(touched(), Source.objects.get(name="Mayor"), admin)


def new_text(admin):
    stored = touched().article
    text = f"New. {stored.current_revision.text}"
    stored.current_revision = Revision.objects.create(
        article=stored,
        number=2,
        text=text,
        blocks=block_rows(paragraphs(text)),
        text_sha256=text_hash(text),
        created_by=admin,
    )
    with transaction.atomic():
        stored.save(update_fields=("version",))


def draft(admin):
    Draft.objects.create(user=admin, article=touched().article, form="new-claim", fields={})


KEPT = {
    "changed": change_title,
    "claims": mark,
    "worked": work,
    "text": new_text,
    "draft": draft,
}


@pytest.mark.parametrize("why", KEPT)
def test_article_that_people_have_worked_on_stays_whole(desk, admin, why):
    batch = imported(desk, admin, rows())
    KEPT[why](admin)
    claims = Claim.objects.filter(article=touched_article()).count()
    undone(batch)
    stored = Article.objects.get()
    assert stored.claims.count() == claims
    kept = batch.undo_report["kept"]
    assert {"kind": "article", "id": str(stored.pk), "title": stored.title} | {
        "why": undo_steps.WHY[why]
    } in kept
    assert {(k["kind"], k["why"]) for k in kept if k["kind"] != "article"} == {
        ("document", undo_steps.WHY["evidence"]),
        ("source", undo_steps.WHY["used"]),
    }
    assert batch.undo_report["kept_count"] == len(kept) == 5
    assert batch.undo_report["removed"] == {"article": 2, "claim": 6}
    there = Claim.objects.filter(article=stored, batch=batch).count()
    assert batch.undo_report["stays"] == len(kept) + there


def touched_article() -> Article:
    return Article.objects.get(external_id="a1")


def test_verdicts_stay_and_their_articles_claims_are_withdrawn(desk, admin, reviewer):
    judged = claim("7 lorries", verdicts=[TRUE], evidence=RESTS, status="published")
    batch = imported(desk, admin, [article(7, claims=[judged, claim(MAYOR)]), article(8)])
    undone(batch)
    first, second = Claim.objects.order_by("number")
    assert (first.status, second.status) == ("withdrawn", "withdrawn")
    assert batch.undo_report["withdrawn"] == 2
    assert [k["why"] for k in batch.undo_report["kept"] if k["kind"] == "article"] == [
        undo_steps.WHY["verdict"]
    ]
    assert Verdict.objects.count() == 1
    assert list(broken_links(Verdict.objects.all())) == []
    stored = Article.objects.get()
    assert (first.version, second.version, stored.version) == (3, 4, 4)
    moves = [(t.origin, t.target) for t in first.transitions.all()]
    assert moves == [("open", "published"), ("published", "decided"), ("decided", "withdrawn")]
    restored = restore_claim(claim=first, seen=3, by=reviewer)
    assert restored.status == "decided"


def test_withdrawn_claims_have_no_quotation_checks(desk, admin):
    document = {"type": "document", "id": "d", "source": "Office of Roads", "text": "It is 7 m."}
    quoted = claim(
        "“It is 7 metres long,”",
        verdicts=[TRUE],
        evidence=[{"source": "Office of Roads", "document": "d"}],
    )
    batch = imported(desk, admin, [document, article(7, claims=[quoted])])
    assert QuotationCheck.objects.count() == 1
    undone(batch)
    assert QuotationCheck.objects.count() == 0
    assert Evidence.objects.count() == 1


def test_claims_on_articles_of_others_go_alone(desk, admin):
    stored = make_article(desk, admin)
    make_claim(stored, "two metres", admin)
    before = row_counts()
    words = ("12,000 people", "a fisherman", "The river rose")
    on_it = [{"type": "claim", "article": str(stored.pk), "exact": w} for w in words]
    on_it[2] |= {"verdicts": [TRUE], "evidence": RESTS}
    batch = imported(desk, admin, on_it)
    source = Source.objects.get()
    make_evidence(Claim.objects.get(text=words[1]), source, admin)
    undone(batch)
    assert set(Claim.objects.values_list("text", "status")) == {
        ("two metres", "open"),
        (words[1], "in_review"),
        (words[2], "withdrawn"),
    }
    assert {k["title"]: k["why"] for k in batch.undo_report["kept"] if k["kind"] == "claim"} == {
        words[1]: undo_steps.WHY["worked"],
        words[2]: undo_steps.WHY["verdict"],
    }
    assert batch.undo_report["removed"] == {"claim": 1}
    assert row_counts()["articles_article"] == before["articles_article"]
    stored.refresh_from_db()
    assert stored.version == Claim.objects.order_by("-version").first().version


def test_sources_that_others_use_stay_and_updates_are_left(desk, admin):
    old = make_source("Post", admin)
    by_hand = make_claim(make_article(desk, admin), "two metres", admin)
    sources = [
        {"type": "source", "name": "Post", "homepage": "https://post.example.org/"},
        {"type": "source", "name": "Used"},
        {"type": "source", "name": "Renamed"},
        {"type": "source", "name": "Deep Throat", "protected": True},
        {"type": "source", "name": "Unused"},
    ]
    batch = imported(desk, admin, sources)
    for name in ("Used", "Deep Throat"):
        make_evidence(by_hand, Source.objects.get(name=name), admin)
    Source.objects.filter(name="Renamed").update(name="Named anew")
    undone(batch)
    assert set(Source.objects.values_list("name", flat=True)) == {
        *("Post", "Used", "Named anew", "Deep Throat")
    }
    old.refresh_from_db()
    assert old.homepage == "https://post.example.org/"
    assert {(k["title"], k["why"]) for k in batch.undo_report["kept"]} == {
        ("Used", undo_steps.WHY["used"]),
        ("Protected source", undo_steps.WHY["used"]),
        ("Named anew", undo_steps.WHY["changed"]),
    }


def test_articles_updated_by_the_batch_stay_as_they_are(desk, admin):
    imported(desk, admin, [article(1)])
    batch = imported(desk, admin, [article(1, title="New title", claims=[claim(MAYOR)])])
    undone(batch)
    assert Article.objects.get().title == "New title"
    assert Claim.objects.count() == 0


def test_goes_on_where_it_was_killed(desk, admin, monkeypatch):
    monkeypatch.setattr(undo_steps, "CHUNK", 1)
    before = row_counts()
    batch = imported(desk, admin, rows(5))

    class KilledError(BaseException):
        pass

    def kill(now: Batch) -> None:
        if now.undo_report.get("removed", {}).get("article") == 2:
            raise KilledError

    ask_undo(batch, by=admin, here=True)
    monkeypatch.setattr("articles.importing.run.Run.give_up", lambda *args: False)
    with pytest.raises(KilledError):
        run_batch(batch.pk, on_progress=kill)
    assert Article.objects.count() == 3
    Batch.objects.update(beat_at="2020-01-01T00:00Z")
    run_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, row_counts()) == (S.UNDONE, before)
    assert batch.undo_report["removed"] == {"article": 5, "claim": 15, "document": 1, "source": 3}


def test_is_not_undone_twice_nor_gone_on_with(desk, admin):
    batch = undone(imported(desk, admin, rows()))
    with pytest.raises(RuleError):
        ask_undo(batch, by=admin)
    with pytest.raises(RuleError):
        ask_import(batch, by=admin)


def test_import_whose_undo_was_given_up_can_only_be_undone_on(desk, admin, monkeypatch):
    batch = imported(desk, admin, rows())

    class UnforeseenError(Exception):
        pass

    def fail(now: Batch) -> None:
        if now.is_active and now.undo_report.get("removed"):
            raise UnforeseenError

    ask_undo(batch, by=admin, here=True)
    with pytest.raises(UnforeseenError):
        run_batch(batch.pk, on_progress=fail)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.reason)) == (S.CANCELLED, True)
    with pytest.raises(RuleError):
        ask_import(batch, by=admin)
    assert undone(batch).state == S.UNDONE


def test_cancelled_import_is_undone_as_far_as_it_came(desk, admin, monkeypatch):
    monkeypatch.setattr("articles.importing.load.CHUNK_ROWS", 1)
    before = row_counts()
    batch = checked(desk, admin, rows())
    ask_import(batch, by=admin, here=True)

    def cancel(now: Batch) -> None:
        if now.counts.get("article") and not now.cancel_asked:
            ask_cancel(now)

    run(batch, on_progress=cancel)
    assert batch.state == S.CANCELLED
    assert Article.objects.count() in (1, 2)
    undone(batch)
    assert (batch.state, row_counts()) == (S.UNDONE, before)


@pytest.mark.django_db(transaction=True)
def test_claim_that_is_marked_while_the_undo_waits_is_kept(desk, admin):
    batch = imported(desk, admin, [article(1)])
    stored = Article.objects.get()
    ask_undo(batch, by=admin, here=True)
    holds = threading.Event()

    def undoing():
        try:
            holds.wait(10)
            run_batch(batch.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(undoing)
        try:
            with transaction.atomic():
                lock_article(stored.pk)
                holds.set()
                wait_for_a_waiter()
                make_claim(stored, MAYOR, admin)
        finally:
            holds.set()
        running.result(30)
    batch.refresh_from_db()
    assert Claim.objects.get().text == MAYOR
    assert [k["why"] for k in batch.undo_report["kept"]] == [undo_steps.WHY["claims"]]
