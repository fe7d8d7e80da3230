from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from articles.actions.attribution import restore_chain, set_chain, withdraw_chain
from articles.crediting import known_names
from articles.forms.chains import PERSON, SOURCE, ChainForm, RestoreChainForm, StepForm, StepQuery
from articles.http import SignedInRequest
from articles.models import Attribution, AttributionStep, Revision, User
from articles.permissions import REVIEW_CLAIM, attribution_or_404, claim_or_404
from articles.text.attribution_lexicon import WORDS
from articles.text.naming import is_name_like, split
from articles.text.spans import Span, SpanError, check
from articles.views.chains import described
from articles.views.detail import Done, attempt, undone_by

# What an article calls whomever it has described before.
ANYBODY = frozenset({"source", "person", "man", "woman"})
REACH = 120
"""How far around a clicked word, in code points, a name that holds it is looked for."""


@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = ChainForm(request.POST, user=request.user, claim=claim)

    @transaction.atomic
    def act() -> Done:
        """Sources made in place stand only if the chain does."""
        replaces = form.cleaned_data["replaces"]
        chain = set_chain(
            claim=claim,
            seen=form.cleaned_data["version"],
            by=request.user,
            revision_number=form.cleaned_data["revision"],
            steps=form.as_steps(),
            replaces=replaces,
        )
        if replaces is None:
            text = f"Claim {claim.number} has a chain of {count_steps(chain)}."
            return undone_by(chain, text, "attribution-withdraw")
        text = f"Changed a chain of claim {claim.number}."
        return undone_by(replaces, text, "attribution-restore", replaces=chain.pk)

    return attempt(request, claim, "chain_form", form, act)


def count_steps(chain: Attribution) -> str:
    count = chain.steps.count()
    return "1 step" if count == 1 else f"{count} steps"


@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    chain = attribution_or_404(request.user, pk, REVIEW_CLAIM)
    form = RestoreChainForm(request.POST, claim=chain.claim)

    def act() -> Done:
        withdraw_chain(chain=chain, seen=form.cleaned_data["version"], by=request.user)
        text = f"Removed a chain of claim {chain.claim.number}."
        return undone_by(chain, text, "attribution-restore")

    return attempt(request, chain.claim, "withdraw_chain_form", form, act)


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo of a removal, and of an edit: then ``replaces`` is the chain that the edit made."""
    chain = attribution_or_404(request.user, pk, REVIEW_CLAIM)
    form = RestoreChainForm(request.POST, claim=chain.claim)

    def act() -> Done:
        replaces = form.cleaned_data["replaces"]
        seen = form.cleaned_data["version"]
        restore_chain(chain=chain, seen=seen, by=request.user, replaces=replaces)
        text = f"Restored a chain of claim {chain.claim.number}."
        if replaces:
            return undone_by(replaces, text, "attribution-restore", replaces=chain.pk)
        return undone_by(chain, text, "attribution-withdraw")

    return attempt(request, chain.claim, "restore_chain_form", form, act)


@require_GET
def step(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A row for the form, made of words of the article: who they say it is."""
    claim = claim_or_404(request.user, pk, REVIEW_CLAIM)
    form = StepQuery(request.GET)
    if not form.is_valid():
        return refused(request, "These words cannot be read. Select them again.", 422)
    data = form.cleaned_data
    revision = claim.article.current_revision
    if data["revision"] != revision.number:
        return refused(request, "The article has a new revision. Reload the page.", 409)
    try:
        span = check(revision.text, data["start"], data["end"])
    except SpanError as error:
        return refused(request, str(error), 422)
    people = described(claim.article)
    fields, span = proposed(request.user, revision, span, people, clicked=data["clicked"])
    row = StepForm(
        user=request.user,
        prefix=f"chain-{data['row']}",
        initial=fields | {"start": span.start, "end": span.end},
    )
    row.words = revision.text[span.start : span.end]
    context = {"row": row, "people": people}
    return render(request, "articles/_chain_step.html", context)


def refused(request: SignedInRequest, problem: str, status: int) -> HttpResponse:
    return render(request, "articles/_chain_problem.html", {"problem": problem}, status=status)


def proposed(
    user: User, revision: Revision, span: Span, people: list[AttributionStep], *, clicked: bool
) -> tuple[dict[str, object], Span]:
    """Whom the words mean, as fields of a row; of a click, with the name around it.

    A known source; else a person described before, whom “the source” or “he” takes up again;
    else a source to be made, if the words look like a name, or a person as they describe them.
    """
    text = revision.text
    left = max(0, span.start - REACH)
    around = text[left : span.end + REACH]
    looked_in = around if clicked else text[span.start : span.end]
    known, names = known_names([looked_in], user, most=None)
    if clicked:
        found = names.around(around, span.start - left, span.end - left)
        if found:
            span = Span(found.start + left, found.end + left)
    words = " ".join(text[span.start : span.end].split())
    found = names.longest_in(words)
    if found:
        if len(found.keys) == 1:
            source = known[found.keys[0]]
            name = source.label_for(user)
            return {"who": SOURCE, "source": source.pk, "source_name": name}, span
        return {"who": SOURCE, "source_name": words[found.start : found.end]}, span
    again = taken_up(words, span.start, people)
    if again:
        return {"who": PERSON, "description": again}, span
    if is_name_like(words) and not describes_a_person(words):
        return {"who": SOURCE, "source_name": words.removeprefix("The ").removeprefix("the ")}, span
    return {"who": PERSON, "description": words[:300]}, span


def describes_a_person(words: str) -> bool:
    return [word.folded for word in split(words)][-1] in WORDS["unnamed"]


def taken_up(words: str, start: int, people: list[AttributionStep]) -> str:
    """The description of the person whom the words take up again, or nothing: the one described
    last before them of whom all is said that the words say."""
    folded = [word.folded for word in split(words)]
    if any(person.description.casefold() == words.casefold() for person in people):
        return words
    if folded[:1] in (["the"], ["this"], ["that"], ["same"]):
        *telling, head = [word for word in folded[1:] if word != "same"] or [""]
        people = [person for person in people if is_said_of(person, telling, head)]
    elif len(folded) != 1 or folded[0] not in WORDS["carried"]:
        return ""
    places = [(person.start or 0, person.description) for person in people]
    before = [place for place in places if place[0] < start]
    return max(before or places, default=(0, ""))[1]


def is_said_of(person: AttributionStep, telling: list[str], head: str) -> bool:
    said = {word.folded for word in split(person.description)}
    anybody = WORDS["unnamed"] if telling else ANYBODY
    return {*telling} <= said and (head in said or head in anybody)
