"""The filters of the lists. All of a list's state stands in its address, so it can be kept."""

from dataclasses import dataclass, field

from django import forms
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Case, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import BaseExpression
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from articles.forms.claims import pick_from
from articles.models import Article, Claim, Desk, Evidence, Rating, Source, Status, User
from articles.models.claim import ClaimQuerySet
from articles.models.search import text_query
from articles.paging import Order
from articles.snippets import marked_text, passages

UNRATED = "none"
ME, NOBODY = "me", "nobody"


def rank(column: str, values: list[str]) -> Case:
    """A column's place in the order of the work, which the alphabet does not give."""
    whens = [When(**{column: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*whens, default=Value(len(values)), output_field=IntegerField())


def offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


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
        self.given = MultiValueDict(
            {name: [value for value in query.getlist(name) if value] for name in query}
        )
        super().__init__(self.given, label_suffix="")
        self.user = user

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that say something, in the order of the fields."""
        pairs: list[tuple[str, str]] = []
        for name, filter_field in self.fields.items():
            values = self.given.getlist(name)
            several = isinstance(filter_field, forms.MultipleChoiceField)
            pairs += [
                (name, value)
                for value in dict.fromkeys(values if several else values[-1:])
                if value != filter_field.initial
            ]
        return pairs

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
        field = self.fields[name]
        labels = dict(field.widget.choices) if isinstance(field.widget, ChoiceWidget) else {}
        return f"{field.label or name.capitalize()}: {labels.get(value, value)}"


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
        initial=DEFAULT_SORT,
        choices=[(name, sort.label) for name, sort in SORTS.items()],
        error_messages={"invalid_choice": "“%(value)s” is not a way to sort."},
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query, user=user)
        self.desks = {desk.slug: desk for desk in Desk.objects.visible_to(user)}
        people = User.objects.filter(memberships__desk__in=self.desks.values()).distinct()
        pick_from(self.fields["source"], Source.objects.named_to(user).defer("search"))
        pick_from(self.fields["article"], Article.objects.visible_to(user))
        desks = [(slug, desk.name) for slug, desk in self.desks.items()]
        offer(self.fields["desk"], [("", "All desks"), *desks])
        members = [(person.username, person.display_name) for person in people.order_by("username")]
        offer(self.fields["assignee"], [("", "Anyone"), (ME, "Me"), (NOBODY, "Nobody"), *members])

    @property
    def several_desks(self) -> bool:
        return len(self.desks) > 1

    @property
    def chosen_sort(self) -> Sort:
        return SORTS[self.cleaned_data["sort"] or DEFAULT_SORT]

    def chip_label(self, name: str, value: str) -> str:
        picked = self.cleaned_data.get(name)
        if isinstance(picked, Source):
            return f"Source: {picked.label_for(self.user)}"
        if isinstance(picked, Article):
            return f"Article: {picked.title}"
        return super().chip_label(name, value)

    def claims(self) -> ClaimQuerySet:
        """The claims that the filters leave, unordered. Withdrawn ones only when asked for."""
        data = self.cleaned_data
        wanted = Q(status__in=data["status"]) if data["status"] else ~Q(status=Status.WITHDRAWN)
        claims = Claim.objects.visible_to(self.user).filter(wanted).order_by()
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

    def assigned(self, claims: ClaimQuerySet) -> ClaimQuerySet:
        assignee = self.cleaned_data["assignee"]
        if assignee == ME:
            return claims.filter(assignee=self.user)
        if assignee == NOBODY:
            return claims.filter(assignee=None)
        return claims.filter(assignee__username=assignee) if assignee else claims

    def rows(self) -> QuerySet[Claim]:
        """The same with what a row shows; ``snippet`` and ``note_snippet`` when searched."""
        claims = (
            self.claims()
            .annotate(**self.chosen_sort.annotations)
            .select_related("article", "desk", "assignee")
            .defer("search", "note")
        )
        if words := self.cleaned_data["q"]:
            claims = claims.annotate(
                snippet=marked_text("text", words), note_snippet=passages("note", words)
            )
        return claims


def resting_on(claims: ClaimQuerySet, evidence: Q) -> ClaimQuerySet:
    """Those of the claims that have such evidence, standing."""
    return claims.filter(pk__in=Evidence.objects.standing().filter(evidence).values("claim"))


class ArticleFilterForm(FilterForm):
    def articles(self) -> QuerySet[Article]:
        """The articles of the person's desks in whose title the words are."""
        articles = Article.objects.visible_to(self.user).order_by()
        if words := self.cleaned_data["q"]:
            title = Func("title", function="articles_search", output_field=SearchVectorField())
            articles = articles.alias(words=title).filter(words=text_query(words))
        return articles


class SourceFilterForm(FilterForm):
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "Every kind"), *Source.Kind.choices],
        error_messages={"invalid_choice": "“%(value)s” is not a kind of source."},
    )

    def sources(self) -> QuerySet[Source]:
        """The sources whose names the person may read, named by words that begin as these do."""
        sources = Source.objects.named_to(self.user)
        if words := self.cleaned_data["q"]:
            sources = sources.search(words)
        if kind := self.cleaned_data["kind"]:
            sources = sources.filter(kind=kind)
        return sources.defer("search").order_by()
