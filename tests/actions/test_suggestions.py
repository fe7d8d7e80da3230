"""Proposing claims, accepting, dismissing, and taking back."""

import itertools

import pytest

from articles.actions.claims import SameSpanError, mark_claim
from articles.actions.suggestions import (
    SettledError,
    accept,
    bring_all_back,
    bring_back,
    dismiss,
    dismiss_all,
    propose,
    take_back,
)
from articles.models import (
    Article,
    Attribution,
    Claim,
    Revision,
    StaleVersionError,
    Status,
    Suggestion,
)
from articles.text.normalize import normalize
from tests.factories import make_article, make_claim, make_source

TEXT = """The defence minister said the frigate would return to port on Friday.

“In late May, the whole crew vanished from the dock,” a source who lives in the port city of Larn, \
told Coastal Radio’s Danish Service on June 4.

“The owner drove to the barracks and found them empty,” said the source.

According to the Fishermen’s Union newspaper Red Sail, the number of departures has fallen in 2021.

The harbour is closed in winter."""
CONTENTS = [
    "the frigate would return to port on Friday",
    "“In late May, the whole crew vanished from the dock,”",
    "“The owner drove to the barracks and found them empty,”",
    "the number of departures has fallen in 2021",
]


@pytest.fixture
def report(desk, reviewer) -> Article:
    return make_article(desk, reviewer, TEXT)


@pytest.fixture
def proposed(report) -> list[Suggestion]:
    propose(report)
    return list(Suggestion.objects.select_related("revision"))


def words(suggestion: Suggestion) -> str:
    return suggestion.revision.text[suggestion.start : suggestion.end]


def chain_of(claim: Claim) -> list[tuple[str, str]]:
    """Names or descriptions of the steps, each with the article's words for it."""
    steps = Attribution.objects.get(claim=claim).steps.all()
    return [(step.source.name if step.source else step.description, step.exact) for step in steps]


def test_an_article_gets_its_claims_proposed(report, proposed):
    assert [words(item) for item in proposed] == CONTENTS
    assert [item.quoted for item in proposed] == [False, True, True, False]
    assert {item.state for item in proposed} == {"proposed"}
    report.refresh_from_db()
    assert (report.suggested_revision, report.version) == (1, 0)


def test_proposing_again_does_nothing(report, proposed, reviewer):
    dismiss(suggestion=proposed[0], by=reviewer)
    report.refresh_from_db()
    propose(report)
    states = Suggestion.objects.values_list("state", flat=True)
    assert list(states) == ["dismissed", "proposed", "proposed", "proposed"]


def test_a_text_that_was_replaced_meanwhile_gets_no_proposals(report, reviewer):
    old = report.current_revision
    new = Revision.objects.create(
        article=report,
        number=2,
        text=old.text,
        blocks=old.blocks,
        text_sha256=old.text_sha256,
        created_by=reviewer,
    )
    Article.objects.filter(pk=report.pk).update(current_revision=new)

    propose(report)

    assert not Suggestion.objects.exists()


def test_words_that_a_claim_marks_already_are_not_proposed(report, reviewer):
    make_claim(report, "said the frigate would return to port on Friday", reviewer)
    withdrawn = make_claim(report, CONTENTS[3], reviewer)
    Claim.objects.filter(pk=withdrawn.pk).update(status=Status.WITHDRAWN)
    propose(report)
    assert [words(item) for item in Suggestion.objects.all()] == CONTENTS[1:]


def test_no_more_than_five_hundred(desk, reviewer):
    article = make_article(
        desk, reviewer, "\n\n".join(f"The mayor said bridge {n} would close." for n in range(510))
    )
    propose(article)
    assert Suggestion.objects.count() == 500


@pytest.mark.parametrize("text", ["…", "1", "No one is quoted here.", "“” said. He said"])
def test_a_text_without_attributions_gets_nothing(desk, reviewer, text):
    propose(make_article(desk, reviewer, text))
    assert not Suggestion.objects.exists()


def test_accepting_marks_the_words_and_credits_whom_the_article_credits(proposed, reviewer):
    radio = make_source("Coastal Radio", reviewer)
    claim = accept(suggestion=proposed[1], by=reviewer)
    assert (claim.text, claim.number, claim.status) == (CONTENTS[1], 1, Status.OPEN)
    assert chain_of(claim) == [
        (radio.name, "Coastal Radio’s Danish Service"),
        (
            "a source who lives in the port city of Larn",
            "a source who lives in the port city of Larn",
        ),
    ]
    settled = Suggestion.objects.get(pk=proposed[1].pk)
    assert (settled.state, settled.claim, settled.decided_by) == ("accepted", claim, reviewer)


def test_sources_of_two_towns_are_two_persons(desk, reviewer):
    text = """“They left,” a guard who lives in Dalian told Coastal Radio.

“The mill is shut,” a correspondent in the city of Dandong told Coastal Radio.

The Dalian source said that nobody came, adding that “nobody asked.”

The Dandong source said that wages were low."""
    make_source("Coastal Radio", reviewer)
    article = make_article(desk, reviewer, text, title="Two towns")
    propose(article)
    chains = [
        [name for name, _ in chain_of(accept(suggestion=suggestion, by=reviewer))]
        for suggestion in Suggestion.objects.order_by("start")
    ]
    guard = ["Coastal Radio", "a guard who lives in Dalian"]
    correspondent = ["Coastal Radio", "a correspondent in the city of Dandong"]
    assert chains == [guard, correspondent, guard, guard, correspondent]


def test_the_source_is_whom_the_article_introduced(proposed, reviewer):
    claim = accept(suggestion=proposed[2], by=reviewer)
    assert [name for name, _ in chain_of(claim)] == ["a source who lives in the port city of Larn"]


@pytest.mark.parametrize("known_as", ["Red Sail", "The Red Sail", "Fishermen’s Union newspaper"])
def test_a_known_source_is_matched_by_name(proposed, reviewer, known_as):
    make_source(known_as, reviewer)
    assert chain_of(accept(suggestion=proposed[3], by=reviewer))[0][0] == known_as


def test_a_known_source_is_matched_by_alias(proposed, reviewer):
    make_source("Rød Sejl", reviewer, aliases=["Red Sail"])
    assert chain_of(accept(suggestion=proposed[3], by=reviewer))[0][0] == "Rød Sejl"


UNKNOWN = {
    "nobody has the name": [],
    "two have the name": [{"kind": "publication"}, {"kind": "organisation"}],
    "the name is protected": [{"protected": True}],
}


@pytest.mark.parametrize("sources", UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_is_not_known_gives_no_chain(proposed, reviewer, admin, sources):
    for fields in sources:
        make_source("Red Sail", admin, **fields)
    claim = accept(suggestion=proposed[3], by=reviewer)
    assert not Attribution.objects.filter(claim=claim).exists()


def test_edited_words_are_marked_with_the_note(proposed, report, reviewer):
    text = normalize(TEXT)
    start = text.index("the whole crew")
    claim = accept(
        suggestion=proposed[1],
        by=reviewer,
        span=(start, start + len("the whole crew vanished")),
        note="When was that?",
    )
    assert (claim.text, claim.note) == ("the whole crew vanished", "When was that?")
    assert len(chain_of(claim)) == 1


def test_what_is_settled_says_by_whom(proposed, reviewer, second_reviewer):
    accept(suggestion=proposed[0], by=reviewer)
    dismiss(suggestion=proposed[1], by=second_reviewer)
    for act, suggestion, message in (
        (accept, proposed[0], "rosa has accepted this proposal already"),
        (dismiss, proposed[0], "rosa has accepted this proposal already"),
        (accept, proposed[1], "samir has dismissed this proposal already"),
        (dismiss, proposed[1], "samir has dismissed this proposal already"),
    ):
        with pytest.raises(SettledError, match=message):
            act(suggestion=suggestion, by=reviewer)
    assert Claim.objects.count() == 1


def test_words_marked_meanwhile_stay_one_claim(proposed, report, reviewer):
    make_claim(report, CONTENTS[0], reviewer)
    with pytest.raises(SameSpanError):
        accept(suggestion=proposed[0], by=reviewer)
    assert Claim.objects.count() == 1
    assert Suggestion.objects.get(pk=proposed[0].pk).state == "proposed"


def test_an_acceptance_is_taken_back(proposed, reviewer):
    claim = accept(suggestion=proposed[0], by=reviewer)
    take_back(suggestion=proposed[0], seen=claim.version, by=reviewer)
    claim.refresh_from_db()
    assert claim.status == Status.WITHDRAWN
    again = Suggestion.objects.get(pk=proposed[0].pk)
    assert (again.state, again.claim, again.decided_by) == ("proposed", None, None)
    assert accept(suggestion=again, by=reviewer).number == 2


def test_a_claim_that_others_changed_is_not_taken_back(proposed, reviewer):
    claim = accept(suggestion=proposed[0], by=reviewer)
    with pytest.raises(StaleVersionError):
        take_back(suggestion=proposed[0], seen=claim.version - 1, by=reviewer)
    assert Suggestion.objects.get(pk=proposed[0].pk).state == "accepted"


def test_a_dismissal_is_undone_but_not_an_acceptance(proposed, reviewer):
    dismiss(suggestion=proposed[0], by=reviewer)
    bring_back(suggestion=proposed[0])
    assert Suggestion.objects.get(pk=proposed[0].pk).state == "proposed"
    accept(suggestion=proposed[0], by=reviewer)
    with pytest.raises(SettledError):
        bring_back(suggestion=proposed[0])


def test_all_are_dismissed_and_only_those_come_back(proposed, report, reviewer, second_reviewer):
    dismiss(suggestion=proposed[0], by=second_reviewer)
    accept(suggestion=proposed[1], by=reviewer)
    count, at = dismiss_all(article_pk=report.pk, by=reviewer)
    assert count == 2
    assert bring_all_back(article_pk=report.pk, by=reviewer, at=at) == 2
    states = Suggestion.objects.values_list("state", flat=True)
    assert list(states) == ["dismissed", "accepted", "proposed", "proposed"]


def test_what_is_done_with_a_proposal_moves_the_change_number_on(report, reviewer):
    versions = [report.version]

    def noted() -> None:
        report.refresh_from_db()
        versions.append(report.version)

    propose(report)
    one, other = Suggestion.objects.select_related("revision")[:2]
    dismiss(suggestion=one, by=reviewer)
    noted()
    bring_back(suggestion=one)
    noted()
    claim = accept(suggestion=other, by=reviewer)
    noted()
    take_back(suggestion=other, seen=claim.version, by=reviewer)
    noted()
    assert all(one < other for one, other in itertools.pairwise(versions))


def test_marking_by_hand_settles_no_proposal(report, proposed, reviewer):
    mark_claim(
        article=report,
        revision_number=1,
        start=proposed[0].start,
        end=proposed[0].end,
        by=reviewer,
    )
    assert Suggestion.objects.filter(state="proposed").count() == len(CONTENTS)
