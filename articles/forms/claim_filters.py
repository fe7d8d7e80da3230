"""The filters and the order of the claim list."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import BaseExpression
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode

from articles.forms.claims import pick_from
from articles.forms.filters import FilterForm, offer
from articles.models import (
    Article,
    Claim,
    Desk,
    Dispute,
    Evidence,
    Rating,
    SavedView,
    Source,
    Status,
    User,
)
from articles.models.claim import ClaimQuerySet
from articles.models.keys import known
from articles.models.ordering import NEVER, calm, due_by, rank
from articles.models.search import text_query
from articles.models.workflow import UNDECIDED
from articles.paging import NEWEST, Order, first_of_each, first_rows
from articles.snippets import marked_text, passages

UNRATED = "none"
ME, NOBODY = "me", "nobody"
DUE = [
    ("", "At any time"),
    ("overdue", "Overdue"),
    ("today", "Today"),
    ("week", "Within 7 days"),
    ("none", "No due date"),
]
WEEK = timedelta(days=7)
SHOWN = (
    *("article", "desk", "number", "text", "kind", "priority", "due_on", "status", "assignee"),
    *("rating", "version", "created_at", "updated_at"),
    *("article__title", "article__publisher", "desk__name"),
    *("assignee__username", "assignee__first_name", "assignee__last_name"),
)
"""What the rows of the list, and of its CSV, show."""
SORTED = 6_000
"""Rows that are quickly fetched and sorted, wherever they are."""


@dataclass(frozen=True)
class Sort:
    label: str
    order: Order
    annotations: dict[str, BaseExpression] = field(default_factory=dict)


def ranked(label: str, column: str, values: list[str]) -> Sort:
    return Sort(label, Order(("place", "created_at", "id")), {"place": rank(column, values)})


SORTS = {
    "newest": Sort("Newest first", NEWEST),
    "oldest": Sort("Oldest first", Order(("created_at", "id"))),
    "changed": Sort("Recently changed", Order(("updated_at", "id"), descending=True)),
    "status": ranked("Status, oldest first", "status", Status.values),
    "rating": ranked("Rating, oldest first", "rating", Rating.values),
    "article": Sort("Article, newest first", Order(("article_id", "number"), descending=True)),
    "due": Sort("Due date", Order(("due_by", "created_at", "id")), {"due_by": due_by()}),
    "urgency": Sort(
        "Priority, then due date",
        Order(("calm", "due_by", "created_at", "id")),
        {"calm": calm(), "due_by": due_by()},
    ),
}
DEFAULT_SORT = "newest"


def several(label: str, choices: list[tuple[str, str]], what: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": f"“%(value)s” is not a {what}."},
    )


def one(label: str, choices: list[tuple[str, str]], wrong: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": f"“%(value)s” is {wrong}."},
    )


def day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write the day as 2026-03-31."},
    )


class ClaimFilterForm(FilterForm):
    status = several("Status", Status.choices, "status")
    rating = several("Rating", [*Rating.choices, (UNRATED, "Not rated yet")], "rating")
    kind = several("Kind", Claim.Kind.choices, "kind of claim")
    priority = several(
        "Priority",
        [(str(value), label) for value, label in reversed(Claim.Priority.choices)],
        "priority",
    )
    due = one("Due", DUE, "no time we know")
    source_name = forms.CharField(label="Source", required=False, max_length=300)
    publisher = forms.CharField(label="Publisher", required=False, max_length=300)
    source = forms.ModelChoiceField(
        Source.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "There is no such source."},
    )
    article = forms.ModelChoiceField(
        Article.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "There is no such article at your desks."},
    )
    assignee = one("Assigned to", [], "nobody at your desks")
    desk = one("Desk", [], "not one of your desks")
    disputed = forms.BooleanField(label="Reviewers differ", required=False)
    unsupported = forms.BooleanField(label="No evidence", required=False)
    made_from = day("Marked from")
    made_to = day("Marked until")
    changed_from = day("Changed from")
    changed_to = day("Changed until")
    sort = forms.ChoiceField(
        required=False,
        initial=DEFAULT_SORT,
        choices=[(name, sort.label) for name, sort in SORTS.items()],
        error_messages={"invalid_choice": "“%(value)s” is not a way to sort."},
    )
    view = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User, view: SavedView | None = None) -> None:
        super().__init__(query, user=user)
        self.saved_view = view
        self.view_gone = view is None and bool(self.given.pop("view", None))
        self.desks = {desk.slug: desk for desk in user.visible_desks}
        pick_from(self.fields["source"], Source.objects.named_to(user).defer("search"))
        pick_from(self.fields["article"], Article.objects.visible_to(user))
        desks = [(slug, desk.name) for slug, desk in self.desks.items()]
        offer(self.fields["desk"], [("", "All desks"), *desks])
        members = [(person.username, person.display_name) for person in user.colleagues]
        offer(self.fields["assignee"], [("", "Anyone"), (ME, "Me"), (NOBODY, "Nobody"), *members])

    @property
    def several_desks(self) -> bool:
        return len(self.desks) > 1

    @property
    def chosen_sort(self) -> Sort:
        return SORTS[self.cleaned_data["sort"] or DEFAULT_SORT]

    def query_of_view(self) -> str:
        """The filters and the order, without the saved view they were opened from."""
        return urlencode([pair for pair in self.pairs() if pair[0] != "view"])

    @property
    def differs(self) -> bool:
        """Whether the list is another than the saved view it was opened from."""
        return self.saved_view is not None and self.saved_view.query != self.query_of_view()

    def chip_label(self, name: str, value: str) -> str:
        picked = self.cleaned_data.get(name)
        if isinstance(picked, Source):
            return f"Source: {picked.label_for(self.user)}"
        if isinstance(picked, Article):
            return f"Article: {picked.title}"
        return super().chip_label(name, value)

    def claims(self) -> ClaimQuerySet:
        """The claims that the filters leave, unordered. Withdrawn ones only when asked for."""
        return self.matching.all()

    @cached_property
    def matching(self) -> ClaimQuerySet:
        claims = self.of_the_desks().alias(by=due_by(), calmness=calm()).order_by()
        conditions = (
            self.as_it_stands(),
            self.about(),
            self.whose(),
            self.in_time(),
            self.dated(),
            self.resting(),
        )
        for condition in conditions:
            claims = claims.filter(condition)
        return claims

    @property
    def chosen_desks(self) -> list[Desk]:
        chosen = self.cleaned_data["desk"]
        return [self.desks[chosen]] if chosen else list(self.desks.values())

    @property
    def chosen_ratings(self) -> list[str]:
        """As the claims have them: empty for those not rated yet."""
        return ["" if name == UNRATED else name for name in self.cleaned_data["rating"]]

    def of_the_desks(self) -> ClaimQuerySet:
        # Also for those who see all desks: the indexes begin with the desk.
        return Claim.objects.filter(desk__in=self.chosen_desks)

    def as_it_stands(self) -> Q:
        data = self.cleaned_data
        wanted = Q(status__in=data["status"]) if data["status"] else ~Q(status=Status.WITHDRAWN)
        if data["rating"]:
            wanted &= Q(rating__in=self.chosen_ratings)
        if data["disputed"]:
            disputes = Dispute.objects.filter(settled_at=None).order_by()
            claims = known(disputes.values_list("claim", flat=True))
            wanted &= Q(status=Status.AWAITING_SECOND_REVIEW, pk__in=claims)
        return wanted

    def about(self) -> Q:
        data, wanted = self.cleaned_data, Q()
        if data["kind"]:
            wanted &= Q(kind__in=data["kind"])
        if data["priority"]:
            wanted &= Q(calmness__in=[-int(value) for value in data["priority"]])
        if data["article"]:
            wanted &= Q(article=data["article"])
        if data["publisher"]:
            articles = Article.objects.visible_to(self.user).by_publisher(data["publisher"])
            wanted &= Q(article__in=known(articles.order_by().values_list("pk", flat=True)))
        if data["q"]:
            wanted &= Q(search=text_query(data["q"]))
        return wanted

    def whose(self) -> Q:
        return Q(assignee=self.whom()) if self.cleaned_data["assignee"] else Q()

    def whom(self) -> User | None:
        """Whose claims are asked for; None stands for nobody's."""
        match self.cleaned_data["assignee"]:
            case "me":
                return self.user
            case "nobody":
                return None
            case username:
                return User.objects.get(username=username)

    def in_time(self) -> Q:
        today = timezone.localdate()
        match self.cleaned_data["due"]:
            case "overdue":
                return Q(by__lt=today, status__in=UNDECIDED)
            case "today":
                return Q(by=today)
            case "week":
                return Q(by__gte=today, by__lt=today + WEEK)
            case "none":
                return Q(by=NEVER)
            case _:
                return Q()

    def dated(self) -> Q:
        data, wanted = self.cleaned_data, Q()
        if data["made_from"]:
            wanted &= Q(created_at__gte=midnight(data["made_from"]))
        if data["made_to"]:
            wanted &= Q(created_at__lt=midnight(data["made_to"], 1))
        if data["changed_from"]:
            wanted &= Q(updated_at__gte=midnight(data["changed_from"]))
        if data["changed_to"]:
            # What was changed by then was made by then: this lets the newest be skipped by index.
            # A day more, since two clocks may differ.
            wanted &= Q(
                updated_at__lt=midnight(data["changed_to"], 1),
                created_at__lt=midnight(data["changed_to"], 2),
            )
        return wanted

    def resting(self) -> Q:
        data, wanted = self.cleaned_data, Q()
        if data["source"]:
            wanted &= Q(pk__in=known(resting_on(Q(source=data["source"]))))
        if data["source_name"]:
            named = Source.objects.named_to(self.user).search(data["source_name"]).order_by()
            sources = known(named.values_list("pk", flat=True))
            wanted &= Q(pk__in=known(resting_on(Q(source__in=sources))))
        if data["unsupported"]:
            wanted &= Q(~Exists(Evidence.objects.standing().filter(claim=OuterRef("pk"))))
        return wanted

    def made_since(self, moment: datetime, but: list[UUID]) -> ClaimQuerySet:
        return self.claims().filter(created_at__gt=moment).exclude(pk__in=but)

    def ordered(self) -> QuerySet[Claim]:
        """The claims with what their order needs."""
        return self.claims().annotate(**self.chosen_sort.annotations)

    def first(self, rows: QuerySet[Claim], names: list[str], size: int) -> QuerySet[Claim]:
        """The first of the claims in an order, as rows: see paging.page."""
        parts = self.parts(rows)
        if len(parts) == 1:
            return first_rows(self.dressed(rows), names, size)
        keys = first_of_each(parts, names, size)
        shown = self.dressed(Claim.objects.annotate(**self.chosen_sort.annotations))
        return first_rows(shown.filter(pk__in=keys), names, size)

    def up_to(self, most: int) -> int:
        """How many claims there are, counted as far as ``most``, in whatever order is quickest."""
        claims = self.claims()
        if self.cleaned_data["unsupported"]:
            # In no order the planner may go through the evidence of all desks beforehand.
            return first_of_each(self.parts(claims), NEWEST.names(), most)[:most].count()
        return claims[:most].count()

    def parts(self, rows: QuerySet[Claim]) -> list[QuerySet[Claim]]:
        """The rows by desk where they are many: the indexes of the sorts begin with the desk."""
        if self.cleaned_data["desk"] or not self.several_desks or self.few:
            return [rows]
        return [rows.filter(desk=desk) for desk in self.desks.values()]

    @cached_property
    def few(self) -> bool:
        """Whether the planner expects few claims. Of those after a place in the list it expects
        too few: it looks at the first column of the place alone."""
        return estimate(self.claims()) < SORTED

    def dressed(self, claims: QuerySet[Claim]) -> QuerySet[Claim]:
        """Claims with what a row shows: ``snippet`` and ``note_snippet``, empty if not searched."""
        words = self.cleaned_data["q"]
        return (
            claims.select_related("article", "desk", "assignee")
            .only(*SHOWN)
            .annotate(
                snippet=marked_text("text", words) if words else Value(""),
                note_snippet=passages("note", words) if words else Value(""),
            )
        )


def estimate(rows: QuerySet[Claim]) -> int:
    """How many rows the planner expects, which costs no look at them."""
    # Nothing is asked, nor told, where no row can be.
    plan = rows.order_by().explain(format="json") or '[{"Plan": {"Plan Rows": 0}}]'
    expected: int = json.loads(plan)[0]["Plan"]["Plan Rows"]
    return expected


def midnight(on: date, days: int = 0) -> datetime:
    """The beginning of the day that comes so many days later. Later than time itself is its end."""
    try:
        return timezone.make_aware(datetime.combine(on + timedelta(days=days), time.min))
    except OverflowError:
        return timezone.make_aware(datetime.combine(date.max, time.min))


def resting_on(evidence: Q) -> QuerySet[Any]:
    """The keys of the claims that have such evidence, standing."""
    return Evidence.objects.standing().filter(evidence).order_by().values_list("claim", flat=True)
