"""The filters of the lists. All of a list's state stands in its address, so it can be kept."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.postgres.search import SearchHeadline
from django.db.models import Case, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import BaseExpression
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from articles.models import Article, Claim, Desk, Evidence, Rating, Source, Status, User
from articles.models.search import text_query
from articles.paging import Order

UNRATED = "none"
ME, NOBODY = "me", "nobody"
# Private-use characters: what they enclose is marked after the text has been escaped.
MARK_START, MARK_STOP = "\ue000", "\ue001"


def rank(column: str, values: list[str]) -> Case:
    """A column's place in the order of the work, which the alphabet does not give."""
    whens = [When(**{column: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*whens, default=Value(len(values)), output_field=IntegerField())


@dataclass(frozen=True)
class Sort:
    label: str
    order: Order
    annotations: dict[str, BaseExpression] = field(default_factory=dict)


SORTS = {
    "newest": Sort("Newest first", Order(("created_at", "id"), descending=True)),
    "oldest": Sort("Oldest first", Order(("created_at", "id"))),
    "changed": Sort("Recently changed", Order(("updated_at", "id"), descending=True)),
    "status": Sort(
        "Status, oldest first",
        Order(("place", "created_at", "id")),
        {"place": rank("status", Status.values)},
    ),
    "rating": Sort(
        "Rating, oldest first",
        Order(("place", "created_at", "id")),
        {"place": rank("rating", Rating.values)},
    ),
    "article": Sort("Article, newest first", Order(("article_id", "number"), descending=True)),
}
DEFAULT_SORT = "newest"


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the query string of the list without it."""

    label: str
    without: str


class FilterForm(forms.Form):
    """A form in the address. Empty parameters are no filters; unknown ones are left alone."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        given = {name: [value for value in query.getlist(name) if value] for name in query}
        super().__init__(MultiValueDict(given), label_suffix="")
        self.user = user

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters given, each once, in the order of the fields."""
        given = [(name, value) for name in self.fields for value in self.data.getlist(name)]
        return list(dict.fromkeys(given))

    def query(self, *extra: tuple[str, str]) -> str:
        return urlencode([*self.pairs(), *extra])

    def chips(self) -> list[Chip]:
        pairs = self.pairs()
        return [
            Chip(self.chip_label(*pair), urlencode([other for other in pairs if other != pair]))
            for pair in pairs
            if pair[0] != "sort"
        ]

    def chip_label(self, name: str, value: str) -> str:
        label = self.fields[name].label or name.capitalize()
        return f"{label}: {dict(getattr(self.fields[name], 'choices', ())).get(value, value)}"


class ClaimFilterForm(FilterForm):
    status = forms.MultipleChoiceField(
        required=False,
        choices=Status.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "“%(value)s” is not a status."},
    )
    rating = forms.MultipleChoiceField(
        required=False,
        choices=[*Rating.choices, (UNRATED, "Not rated yet")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "“%(value)s” is not a rating."},
    )
    source_name = forms.CharField(label="Source", required=False, max_length=300)
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
    assignee = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": "“%(value)s” is nobody at your desks."},
    )
    desk = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "“%(value)s” is not one of your desks."}
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(name, sort.label) for name, sort in SORTS.items()],
        error_messages={"invalid_choice": "“%(value)s” is not a way to sort."},
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query, user=user)
        self.desks = {desk.slug: desk for desk in Desk.objects.visible_to(user)}
        people = User.objects.filter(memberships__desk__in=self.desks.values()).distinct()
        self.fields["source"].queryset = Source.objects.named_to(user).defer("search")
        self.fields["article"].queryset = Article.objects.visible_to(user)
        self.fields["desk"].choices = [
            ("", "All desks"),
            *((slug, desk.name) for slug, desk in self.desks.items()),
        ]
        self.fields["assignee"].choices = [
            ("", "Anyone"),
            (ME, "Me"),
            (NOBODY, "Nobody"),
            *((person.username, person.display_name) for person in people.order_by("username")),
        ]

    @property
    def sort(self) -> Sort:
        return SORTS[self.cleaned_data["sort"] or DEFAULT_SORT]

    def chip_label(self, name: str, value: str) -> str:
        picked = self.cleaned_data.get(name)
        if isinstance(picked, Source):
            return f"Source: {picked.label_for(self.user)}"
        if isinstance(picked, Article):
            return f"Article: {picked.title}"
        return super().chip_label(name, value)

    def claims(self) -> QuerySet[Claim]:
        """The claims that the filters leave, unordered. Withdrawn ones only when asked for."""
        data = self.cleaned_data
        claims = Claim.objects.visible_to(self.user).order_by()
        if data["status"]:
            claims = claims.filter(status__in=data["status"])
        else:
            claims = claims.standing()
        if data["rating"]:
            ratings = ["" if rating == UNRATED else rating for rating in data["rating"]]
            claims = claims.filter(rating__in=ratings)
        if data["article"]:
            claims = claims.filter(article=data["article"])
        if data["desk"]:
            claims = claims.filter(desk=self.desks[data["desk"]])
        if data["q"]:
            claims = claims.filter(search=text_query(data["q"]))
        if data["source"]:
            claims = resting_on(claims, Q(source=data["source"]))
        if data["source_name"]:
            named = Source.objects.named_to(self.user).search(data["source_name"]).order_by()
            claims = resting_on(claims, Q(source__in=named))
        return self.assigned(claims)

    def assigned(self, claims: QuerySet[Claim]) -> QuerySet[Claim]:
        match self.cleaned_data["assignee"]:
            case "":
                return claims
            case "me":
                return claims.filter(assignee=self.user)
            case "nobody":
                return claims.filter(assignee=None)
            case username:
                return claims.filter(assignee__username=username)

    def rows(self) -> QuerySet[Claim]:
        """The same with what a row shows; ``snippet`` and ``note_snippet`` when searched."""
        claims = (
            self.claims()
            .annotate(**self.sort.annotations)
            .select_related("article", "desk", "assignee")
            .defer("search", "note")
        )
        if words := self.cleaned_data["q"]:
            claims = claims.annotate(
                snippet=headline("text", words), note_snippet=headline("note", words)
            )
        return claims


def resting_on(claims: QuerySet[Claim], evidence: Q) -> QuerySet[Claim]:
    return claims.filter(pk__in=Evidence.objects.standing().filter(evidence).values("claim"))


def headline(column: str, words: str) -> SearchHeadline:
    """The column's best passages for these words, unescaped, each hit between the marks."""
    return SearchHeadline(
        column,
        text_query(words),
        config="english",
        start_sel=MARK_START,
        stop_sel=MARK_STOP,
        max_fragments=2,
        max_words=40,
        min_words=15,
        fragment_delimiter=" … ",
    )
