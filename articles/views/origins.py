"""What an article's claims rest on: the findings above its text, and a page with the picture."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from articles.findings import Cast, credited, find, step_rows
from articles.http import SignedInRequest
from articles.models import Article
from articles.origin_map import draw
from articles.permissions import article_or_404
from articles.provenance import Chain, same_chains
from articles.views.rows import claim_counts

FEW = 12


@dataclass(frozen=True)
class Numbers:
    """The first of some claims by their numbers, and how many more there are."""

    first: tuple[int, ...]
    more: int


@dataclass(frozen=True)
class Group:
    """Claims that have the same chains."""

    chains: tuple[Chain, ...]
    numbers: list[int]


def few(numbers: tuple[int, ...]) -> Numbers:
    return Numbers(numbers[:FEW], max(0, len(numbers) - FEW))


def findings_context(
    request: SignedInRequest, article: Article, counts: dict[str, int]
) -> dict[str, Any]:
    found = find(article, request.user, standing_claims=counts["standing"])
    resting = found.independence
    alone = [sole for sole in resting.sole if sole.claims != resting.claims]
    return {
        "findings": found,
        "resting": few(resting.claims),
        "alone": [(sole, few(sole.claims)) for sole in alone],
        "altered": few(tuple(found.altered)),
    }


def findings_now(request: SignedInRequest, article: Article) -> str:
    """The findings as an out-of-band fragment."""
    context = findings_context(request, article, claim_counts(article))
    values = context | {"article": article, "oob": True}
    html: str = render_to_string("articles/_findings.html", values, request)
    return html


@require_GET
def origins(request: SignedInRequest, pk: UUID) -> HttpResponse:
    article = article_or_404(request.user, pk)
    claims = credited(step_rows(article), Cast(request.user))
    silent = article.claims.standing().exclude(number__in=[claim.number for claim in claims])
    context = {
        "article": article,
        "picture": draw(claims),
        "groups": [Group(*group) for group in same_chains(claims)],
        "silent": silent.order_by("number").values_list("number", flat=True),
        **findings_context(request, article, claim_counts(article)),
    }
    return render(request, "articles/origins.html", context)
