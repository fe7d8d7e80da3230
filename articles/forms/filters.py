"""The filters of the lists. All of a list's state stands in its address, so it can be kept."""

from dataclasses import dataclass

from django import forms
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, QuerySet
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from articles.models import Article, Source, User
from articles.models.search import text_query


def offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


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
            if pair[0] not in ("sort", "view")
        ]

    def chip_label(self, name: str, value: str) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        labels = dict(field.widget.choices) if isinstance(field.widget, ChoiceWidget) else {}
        return f"{field.label or name.capitalize()}: {labels.get(value, value)}"


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
