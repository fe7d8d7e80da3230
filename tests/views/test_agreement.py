"""The page of agreement: whose it is, what it counts, and what it must not tell."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from articles.models import Claim, Dispute, Transition
from tests.factories import make_article, make_claim, make_evidence, make_person, make_verdict
from tests.importing import batches
from tests.views.reading import cells, parsed, words

QUERIES = 6


@pytest.fixture(autouse=True)
def _nothing_kept(db):
    cache.clear()


@pytest.fixture
def judge(desk, source, reviewer, second_reviewer):
    """Makes a claim that the two judge blind with these ratings; decided if they agree."""
    desk.reviewers = 2
    desk.save()

    def judged(first: str, second: str = "") -> Claim:
        text = f"word0 and more of report {Claim.objects.count()}."
        claim = make_claim(make_article(desk, reviewer, text), "word0", reviewer)
        make_evidence(claim, source, reviewer)
        make_verdict(claim, reviewer, first)
        if second:
            make_verdict(claim, second_reviewer, second)
        claim.refresh_from_db()
        return claim

    return judged


def settle(claim: Claim, by) -> None:
    """What an editor's decision leaves behind."""
    first, second = claim.verdicts.order_by("seq")[:2]
    Transition.objects.create(
        claim=claim, origin="awaiting_second_review", target="awaiting_second_review", by=by
    )
    last = type(first).objects.create(
        **{
            name: getattr(second, name)
            for name in ("desk", "claim", "revision", "start", "end", "exact", "evidence")
        },
        reviewer=by,
        rating=first.rating,
        attribution_accuracy="accurate",
        rationale="The first is right.",
    )
    dispute, _ = Dispute.objects.get_or_create(
        claim=claim, settled_at=None, defaults={"first": first, "second": second}
    )
    Dispute.objects.filter(pk=dispute.pk).update(
        settled_at=datetime.now(UTC), settled_by=by, settled_by_verdict=last
    )
    Claim.objects.filter(pk=claim.pk).update(status="decided", verdict=last)


def table(response, name: str) -> list[list[str]]:
    return [cells(row) for row in parsed(response).xpath(f"//table[@id='{name}']/tbody/tr")]


def test_alpha_pairs_and_what_they_mean(sign_in, editor, judge):
    for rating in ("true", "false", "true", "opinion"):
        judge(rating, rating)
    settle(judge("true", "false"), editor)
    response = sign_in(editor).get("/agreement/")

    whole, scale = table(response, "alphas")
    assert whole[1:5] == ["0.71", "–", "5", "0"]
    assert scale[1:5] == ["0.53", "–", "4", "2"]
    assert "Fair" in whole[5]
    assert "Few items: 5." in whole[5]
    assert table(response, "pairs")[0][:6] == ["rosa and samir", "5", "80 %", "0.69", "0.50", "1"]


def test_an_editor_who_settled_a_difference_is_no_reviewer(sign_in, editor, judge):
    settle(judge("true", "false"), editor)
    response = sign_in(editor).get("/agreement/")
    assert [row[0] for row in table(response, "pairs")] == ["rosa and samir"]


def test_who_comes_round_to_the_other_did_not_agree(sign_in, editor, second_reviewer, judge):
    claim = judge("true", "false")
    make_verdict(claim, second_reviewer, "true")
    settle(claim, editor)
    assert table(sign_in(editor).get("/agreement/"), "pairs")[0][1:3] == ["1", "0 %"]


def test_nothing_of_a_blind_review_shows_through(sign_in, editor, judge):
    judge("true", "true")
    before = sign_in(editor).get("/agreement/").content
    judge("false")
    cache.clear()
    waiting = judge("half_true", "false")
    assert waiting.status == "awaiting_second_review"
    cache.clear()
    after = sign_in(editor).get("/agreement/")

    assert table(after, "alphas")[0][1:5] == ["–", "–", "1", "0"]
    assert b"half" not in after.content.lower().replace(b"half true", b"")
    assert len(after.content) == pytest.approx(len(before), abs=20)


def test_claims_that_one_person_judged_are_said_to_be_left_out(sign_in, editor, desk, judge):
    judge("true", "true")
    desk.reviewers = 1
    desk.save()
    judge("true")
    content = words(parsed(sign_in(editor).get("/agreement/")))
    assert "1 decided claim judged by one person alone is not among them." in content


def test_who_judges_a_decided_claim_has_seen_its_verdict(
    sign_in, editor, desk, judge, second_reviewer
):
    judge("true", "true")
    desk.reviewers = 1
    desk.save()
    make_verdict(judge("true"), second_reviewer, "false")
    response = sign_in(editor).get("/agreement/")
    assert table(response, "pairs")[0][:3] == ["rosa and samir", "1", "100 %"]
    assert "1 decided claim judged by one person alone" in words(parsed(response))


def test_what_several_say_of_a_decided_claim_does_not_count_again(
    sign_in, editor, desk, reviewer, judge
):
    claim = judge("true", "true")
    for person in (make_person("tove", desk=desk), reviewer):
        make_verdict(claim, person, "false")
    claim.refresh_from_db()
    assert claim.rating == "false"
    pairs = table(sign_in(editor).get("/agreement/"), "pairs")
    assert [row[:3] for row in pairs] == [["rosa and samir", "1", "100 %"]]


def test_whoever_imported_a_decided_claim_has_seen_its_verdicts(
    sign_in, editor, desk, reviewer, second_reviewer
):
    verdict = {"rating": "true", "rationale": "He did.", "attribution_accuracy": "accurate"}
    verdicts = [verdict | {"reviewer": name} for name in ("rosa", "samir")]
    rests = {"evidence": [{"source": "Daily Post"}], "verdicts": verdicts}
    claim = batches.claim("the mayor said", status="decided", **rests)
    batches.imported(desk, editor, [batches.article(7, claims=[claim])])
    make_verdict(Claim.objects.get(), editor, "false")
    pairs = table(sign_in(editor).get("/agreement/"), "pairs")
    assert [row[:3] for row in pairs] == [["rosa and samir", "1", "100 %"]]


def test_a_round_that_changed_evidence_ended_does_not_count(
    sign_in, editor, source, reviewer, second_reviewer, judge
):
    claim = judge("true")
    make_evidence(claim, source, second_reviewer, "refutes")
    for person in (reviewer, second_reviewer):
        make_verdict(claim, person, "false")
    assert table(sign_in(editor).get("/agreement/"), "pairs")[0][1:3] == ["1", "100 %"]


def test_a_span_of_time(sign_in, editor, judge):
    claim = judge("true", "true")
    Claim.objects.filter(pk=claim.pk).update(created_at=datetime.now(UTC) - timedelta(days=200))
    client = sign_in(editor)
    for days, articles in (("30", 1), ("all", 1)):
        response = client.get("/agreement/", {"days": days})
        assert table(response, "alphas")[0][3] == str(articles)
    assert client.get("/agreement/", {"days": "7"}).status_code == 404


def test_bounds_where_there_are_enough(sign_in, editor, judge):
    for number in range(20):
        judge("true" if number % 2 else "false", "true" if number % 2 else "false")
    settle(judge("true", "false"), editor)
    alpha = table(sign_in(editor).get("/agreement/"), "alphas")[0]
    low, high = (float(bound) for bound in alpha[2].split(" to "))
    assert low < float(alpha[1]) <= high


def test_what_two_people_marked_in_the_same_article(
    sign_in, editor, desk, reviewer, second_reviewer
):
    article = make_article(desk, reviewer, "One fine day, two men and three dogs went to sea.")
    for words_marked in ("two men", "three dogs"):
        make_claim(article, words_marked, reviewer)
    for words_marked in ("and three dogs", "fine day"):
        make_claim(article, words_marked, second_reviewer)
    make_claim(make_article(desk, reviewer), "The river", reviewer)

    assert table(sign_in(editor).get("/agreement/"), "marked") == [
        ["rosa and samir", "1", "2", "2", "1", "0.50"]
    ]


class TestWhoSeesIt:
    def test_editors_and_admins(self, sign_in, editor, admin, judge):
        judge("true", "true")
        for person in (editor, admin):
            assert len(table(sign_in(person).get("/agreement/?desk=world"), "pairs")) == 1

    @pytest.mark.parametrize("name", ["reviewer", "neighbour", "outsider"])
    def test_nobody_else(self, sign_in, request, desk, name):
        person = request.getfixturevalue(name)
        assert sign_in(person).get("/agreement/").status_code == 403

    def test_no_desk_but_ones_own(self, sign_in, editor, other_desk):
        assert sign_in(editor).get("/agreement/?desk=sports").status_code == 404

    def test_the_dashboard_leads_there(self, sign_in, editor, reviewer, article):
        assert b'href="/agreement/"' in sign_in(editor).get("/").content
        assert b'href="/agreement/"' not in sign_in(reviewer).get("/").content


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_any_number_of_pairs(
    sign_in, editor, desk, judge, source, count, django_assert_num_queries
):
    desk.reviewers = 3
    desk.save()
    for number in range(count):
        make_verdict(judge("true", "true"), make_person(f"person{number}", desk=desk), "true")
    client = sign_in(editor)
    client.get("/agreement/")  # reckons the figures, which are kept for a minute
    with django_assert_num_queries(QUERIES):
        response = client.get("/agreement/")
    assert len(table(response, "pairs")) == 1 + 2 * count
