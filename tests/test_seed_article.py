"""The real report that the product is thought through with, from paste to a sealed verdict.

The report belongs to its publisher and is not in this repository: it lies beside it, in
``../shared/data``, where there is one.
"""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from articles.actions.claims import mark_claim
from articles.actions.evidence import link_evidence
from articles.actions.suggestions import propose
from articles.actions.verdicts import record_verdict
from articles.crediting import credits
from articles.models import Article, Claim, Desk, Membership, Source, Status, User, Verdict
from articles.models.verdict import broken_links
from articles.text.normalize import normalize
from articles.text.sentences import sentences
from tests.factories import make_source

SEED = Path(settings.BASE_DIR).parent / "shared" / "data" / "seed-article.txt"


@pytest.fixture(scope="module")
def seed() -> bytes:
    if not SEED.exists():
        pytest.skip("needs the seed article in ../shared/data, which is not part of the repository")
    return SEED.read_bytes()


@pytest.fixture
def added(seed: bytes, sign_in: Callable[[User], Client], reviewer: User) -> Article:
    """Added through the form, as a person does: choose the file, preview, save what is shown."""
    client = sign_in(reviewer)
    shown = client.post(
        "/articles/add/", {"step": "preview", "file": SimpleUploadedFile(SEED.name, seed)}
    )
    assert shown.status_code == 200
    form = shown.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    saved = client.post("/articles/add/", fields | {"step": "save"})
    assert saved.status_code == 303
    assert client.get(saved.url).status_code == 200
    return Article.objects.get()


def sentence(article: Article, words: str) -> tuple[int, int]:
    """The place of the sentence that has these words."""
    revision = article.current_revision
    at = revision.text.index(words)
    return next(
        (span.start, span.end)
        for span in sentences(revision.text, revision.block_spans(), article.language)
        if span.start <= at < span.end
    )


def test_form_takes_it_as_it_is(seed: bytes, added: Article):
    text = added.current_revision.text
    assert text == normalize(seed.decode())
    assert added.title.startswith("North Korean Women")
    assert str(added.published_on) == "2022-03-23"
    assert added.language == "en"
    headings = [
        text[b.start : b.end] for b in added.current_revision.block_spans() if b.kind == "heading"
    ]
    assert "Desperate measures" in headings


def test_command_makes_the_same_of_it(added: Article, other_desk: Desk, reviewer: User):
    role = Membership.objects.get(user=reviewer).role
    Membership.objects.create(user=reviewer, desk=other_desk, role=role)
    call_command("add_article", str(SEED), "--desk=sports", stdout=io.StringIO())
    twin = Article.objects.get(desk=other_desk)
    assert twin.current_revision.text_sha256 == added.current_revision.text_sha256
    assert twin.current_revision.blocks == added.current_revision.blocks
    assert (twin.title, twin.published_on) == (added.title, added.published_on)


def test_its_statements_are_marked_sourced_and_judged(added: Article, reviewer: User):
    rfa = make_source("Radio Free Asia", reviewer, aliases=["RFA"])
    convention = make_source("UN Convention against Torture", reviewer, kind="series")
    report = make_source("US State Department report on human trafficking", reviewer, kind="series")
    dandong = make_source("Correspondent in Dandong", reviewer, kind="unnamed")
    statements: list[tuple[str, Source, str, str, str]] = [
        ("have reportedly vanished", rfa, "supports", "unverifiable", "accurate"),
        ("violation of Article 3", convention, "refutes", "mostly_true", "altered"),
        ("75 percent", dandong, "supports", "not_enough_evidence", "accurate"),
        ("20,000 to 80,000", report, "supports", "true", "accurate"),
    ]
    for words, source, relation, rating, accuracy in statements:
        start, end = sentence(added, words)
        claim = mark_claim(article=added, revision_number=1, start=start, end=end, by=reviewer)
        claim = link_evidence(
            claim=claim, seen=claim.version, by=reviewer, source=source, relation=relation
        ).claim
        record_verdict(
            claim=claim,
            seen=claim.version,
            by=reviewer,
            rating=rating,
            attribution_accuracy=accuracy,
            rationale=f"Held against {source}.",
        )

    judged = Claim.objects.order_by("number")
    assert [claim.status for claim in judged] == [Status.DECIDED] * 4
    for claim, (words, source, relation, rating, accuracy) in zip(judged, statements, strict=True):
        assert words in claim.text
        assert claim.rating == rating
        assert claim.evidence.get().source == source
        assert claim.evidence.get().relation == relation
        assert claim.verdict is not None
        assert claim.verdict.attribution_accuracy == accuracy
        assert claim.verdict.exact == claim.text == claim.anchors.get().exact
        assert claim.verdict.evidence[0]["source"] == str(source.pk)
    assert [verdict.seq for verdict in Verdict.objects.all()] == [1, 2, 3, 4]
    assert list(broken_links(Verdict.objects.all())) == []


def test_its_claims_are_proposed_with_whom_it_credits(added: Article, reviewer: User):
    make_source("Radio Free Asia", reviewer, aliases=["RFA"])
    make_source("United Nations", reviewer, aliases=["UN"])
    make_source("Rodong Sinmun", reviewer, kind="publication")
    propose(added)
    text = added.current_revision.text
    proposed = list(added.current_revision.suggestions.all())
    found = {
        text[item.start : item.end]: credit
        for item, credit in zip(proposed, credits(text, proposed, reviewer), strict=True)
    }

    def credited(words: str) -> list[str]:
        """Who is credited with the proposal that has these words, from the article on."""
        credit = next(credit for content, credit in found.items() if words in content)
        parties = [party for party in (credit.via, credit.origin) if party]
        return [party.source.name if party.source else party.words for party in parties]

    dalian = "a source who lives in China’s northeastern coastal city of Dalian"
    assert credited("In mid-February") == ["Radio Free Asia", dalian]
    for told_later in ("did not answer the phone", "The consulate has requested", "emergency"):
        assert credited(told_later) == ["Radio Free Asia", dalian]
    assert credited("violation of Article 3") == ["United Nations"]
    assert credited("most loyal citizens") == ["Radio Free Asia"]
    assert credited("dropped in 2020") == ["Rodong Sinmun"]
    assert credited("tens of thousands") == ["Radio Free Asia"]
    for of_dandong in ("hit hard", "eat much better"):
        assert credited(of_dandong) == [
            "Radio Free Asia",
            "a correspondent in the Chinese border city of Dandong",
        ]
    assert any("20,000 to 80,000" in content for content in found)
