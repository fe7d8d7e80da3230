from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.validators import RegexValidator

from articles.actions.articles import add_article
from articles.forms.entry import MEGABYTES, DeskForm, pasted_and_chosen
from articles.importing.manuscript import (
    MAX_TEXT,
    Manuscript,
    UnreadableError,
    blocks_with,
    read_file,
    read_text,
)
from articles.models import Article, User
from articles.text.normalize import normalize

FOUND = ("title", "byline", "publisher", "url", "published_on", "language")
"""What a text or page may say of itself; what a person typed is stronger."""

LANGUAGES = sorted(
    (code, info["name"])
    for code, info in LANG_INFO.items()
    if "name" in info and "fallback" not in info
)


class DetailsForm(DeskForm):
    """What is known of an article beside its text; the desk only where there is a choice."""

    title = forms.CharField(max_length=500)
    byline = forms.CharField(required=False, max_length=300, help_text="Who wrote it.")
    publisher = forms.CharField(required=False, max_length=300)
    url = forms.URLField(
        label="Address",
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[
            RegexValidator(r"^https?://", "It must begin with https:// or http://.", code="scheme")
        ],
        help_text="Where the article was published.",
    )
    published_on = forms.DateField(
        label="Date of publication",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    language = forms.CharField(
        max_length=35,
        validators=[
            RegexValidator(
                r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
                "Enter a language code such as en, ko or pt-BR.",
            )
        ],
        widget=forms.TextInput(attrs={"list": "languages", "autocapitalize": "none"}),
        help_text="Its code: en, ko, pt-BR.",
    )
    structure = forms.CharField(required=False, widget=forms.HiddenInput)

    languages = LANGUAGES


class EntryForm(DetailsForm):
    """The first step: a pasted text or a file, and what the person cares to say of it.

    ``oversized`` is the name of a file that was refused for its size before it got here.
    """

    text = forms.CharField(
        label="Paste the text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="A blank line ends a paragraph.",
    )
    file = forms.FileField(
        label="Or choose a text, HTML, PDF or DOCX file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": ".txt,.text,.html,.htm,.xhtml,.pdf,.docx,text/plain,text/html"}
        ),
        help_text=f"At most {MEGABYTES} MB.",
    )
    manuscript: Manuscript

    def __init__(self, *args: Any, oversized: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        for name in ("title", "language"):
            self.fields[name].required = False

    def origins(self) -> list[forms.BoundField]:
        """The fields of which one is needed, and neither by itself."""
        return [self["text"], self["file"]]

    @property
    def details_typed(self) -> bool:
        return any(self[name].value() or self[name].errors for name in FOUND if name != "url")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        text, file = data.get("text", ""), data.get("file")
        if self.oversized:
            self.add_error("file", f"“{self.oversized}” is larger than {MEGABYTES} MB.")
        elif file and text:
            self.add_error("file", pasted_and_chosen(file.name))
        elif file or text:
            self.read(text, file)
        elif not self.errors:
            self.add_error("text", "Paste the article’s text or choose a file.")
        return data

    def read(self, text: str, file: Any) -> None:
        try:
            self.manuscript = read_file(file.name, file.read()) if file else read_text(text)
        except UnreadableError as error:
            self.add_error("file" if file else "text", str(error))

    def values(self) -> dict[str, Any]:
        """What the second step starts from: the text, and what was typed or else found."""
        found = self.manuscript.article
        values = {name: self.cleaned_data[name] or getattr(found, name) for name in FOUND}
        structure = self.manuscript.structure or self.cleaned_data["structure"]
        return values | {"desk": self.desk, "text": found.text, "structure": structure}


class ArticleForm(DetailsForm):
    """The second step: the article as it will be saved. Its text is normalised once more."""

    # A browser will not send a form whose required field is empty and hidden, nor say why.
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"hidden": True}))

    def clean_text(self) -> str:
        text = normalize(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError("The text is empty: change it before you save.")
        if len(text) > MAX_TEXT:
            raise forms.ValidationError(
                f"The text has {len(text):,} characters, more than the {MAX_TEXT:,} allowed."
            )
        return text

    def save(self, *, by: User) -> Article:
        """Raises DuplicateArticleError."""
        values = {name: self.cleaned_data[name] for name in (*FOUND, "text")}
        blocks = blocks_with(values["text"], self.cleaned_data["structure"])
        return add_article(desk=self.desk, by=by, blocks=blocks, **values)
