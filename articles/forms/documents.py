from typing import Any

from django import forms
from django.core.validators import RegexValidator

from articles.actions.captures import request_capture
from articles.actions.documents import store_document
from articles.extraction.read import Readable, read
from articles.forms.entry import MEGABYTES, DeskForm, pasted_and_chosen
from articles.models import Capture, Document, Source, User
from articles.text.errors import ExtractionError

ACCEPTED = ".html,.htm,.xhtml,.pdf,.docx,.txt,.text"
TOLD_BY_THE_PAGE = (
    "A page that is fetched tells this itself. Leave it empty, or add the page as a file."
)


class WebAddressField(forms.URLField):
    """An http or https address; typed without either, it is https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=kwargs.pop("required", False),
            max_length=2000,
            assume_scheme="https",
            validators=[
                RegexValidator(
                    r"(?i)^https?://", "It must begin with https:// or http://.", code="scheme"
                ),
                RegexValidator(
                    r"//[^/?#]*@",
                    "It holds a name or password. Take out what stands before the @.",
                    code="credentials",
                    inverse_match=True,
                ),
            ],
            **kwargs,
        )


class DocumentForm(DeskForm):
    """A document by its address, as a file, or as text; for the latter two the address is said
    for the record.

    ``oversized`` is the name of a file that was refused for its size before it got here.
    """

    url = WebAddressField(
        label="Address",
        help_text="Where it was published. Without a file or text, it is fetched from there.",
    )
    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=f"A saved web page, PDF, Word document (.docx) or text, at most {MEGABYTES} MB.",
    )
    text = forms.CharField(
        label="Text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A blank line ends a paragraph.",
    )
    title = forms.CharField(
        required=False,
        max_length=500,
        validators=[RegexValidator(r"\w", "It has no letter or digit that can be seen.")],
    )
    published_on = forms.DateField(
        label="Date of publication",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    archive_url = WebAddressField(
        label="Archived copy", help_text="Its address in a web archive, if there is one."
    )

    def __init__(self, *args: Any, oversized: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.oversized = oversized
        self.readable: Readable | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        text, file = data.get("text", ""), data.get("file")
        if self.oversized:
            self.add_error(
                "file",
                f"“{self.oversized}” is larger than {MEGABYTES} MB. "
                "Add the part you need as a smaller file or as text.",
            )
        elif file and text:
            self.add_error("file", pasted_and_chosen(file.name))
        elif file:
            self.read("file", file.read(), name=file.name)
        elif text:
            self.read("text", text.encode(), content_type="text/plain; charset=utf-8")
        elif data.get("url"):
            for name in ("title", "published_on"):
                if data.get(name):
                    self.add_error(name, TOLD_BY_THE_PAGE)
        elif not self.errors:
            self.add_error("url", "Enter an address, choose a file or paste the text.")
        return data

    def read(self, field: str, data: bytes, *, name: str = "", content_type: str = "") -> None:
        self.data_read = data
        try:
            self.readable = read(data, name=name, content_type=content_type)
        except ExtractionError as error:
            self.add_error(field, f"“{name}”: {error}" if name else str(error))

    def save(self, source: Source, *, by: User) -> Document | Capture:
        """The stored document, or the capture that will bring it."""
        data = self.cleaned_data
        if self.readable is None:
            return request_capture(
                desk=self.desk,
                source=source,
                url=data["url"],
                archive_url=data["archive_url"],
                by=by,
            )
        origin = Document.Origin.FILE if data["file"] else Document.Origin.PASTE
        return store_document(
            desk=self.desk,
            source=source,
            by=by,
            data=self.data_read,
            readable=self.readable,
            origin=origin,
            url=data["url"],
            archive_url=data["archive_url"],
            title=data["title"],
            published_on=data["published_on"],
        )


class ArchiveForm(forms.Form):
    archive_url = WebAddressField(
        label="Address of an archived copy",
        required=True,
        help_text="For example its page in a web archive.",
    )
