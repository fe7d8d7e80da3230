"""What an admin says of a file that is to be imported."""

from typing import Any, BinaryIO

from django import forms

from articles.actions.batches import add_batch
from articles.forms.entry import DeskForm
from articles.importing.limits import MAX_IMPORT
from articles.importing.mapping import problems, suggest
from articles.importing.recognise import recognise
from articles.importing.records import FIELDS, KINDS, REQUIRED, FileError, Kind, Layout
from articles.models import Batch, ColumnMapping, User

GIGABYTES = MAX_IMPORT // 1024**3
BY_ITSELF = ("", "Recognised by itself")
FORMAT_NAMES = {
    "jsonl": "JSONL",
    "csv": "CSV",
    "xlsx": "XLSX (Excel)",
    "claimreview": "ClaimReview (JSON-LD or HTML)",
    "annotation": "W3C Web Annotation (JSON-LD)",
    "html": "HTML page",
    "zip": "Zip of HTML or text files",
}
KIND_NAMES = {
    "article": "Articles",
    "claim": "Claims",
    "source": "Sources",
    "document": "Documents",
    "evidence": "Evidence",
    "verdict": "Verdicts",
}
KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]


class ImportForm(DeskForm):
    """``oversized`` is the name of a file that was refused for its size before it got here."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(
            attrs={
                "accept": ".jsonl,.ndjson,.json,.jsonld,.csv,.tsv,.txt,.xlsx,.html,.htm,.zip",
                "data-most": MAX_IMPORT,
            }
        ),
        help_text=f"At most {GIGABYTES} GB. Nothing is imported before you have seen what it "
        "would do.",
        error_messages={"required": "Choose a file."},
    )
    format = forms.ChoiceField(required=False, choices=[BY_ITSELF, *FORMAT_NAMES.items()])
    kind = forms.ChoiceField(
        label="Its rows are", required=False, choices=[BY_ITSELF, *KIND_CHOICES]
    )
    layout: Layout

    def __init__(self, *args: Any, oversized: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.oversized = oversized

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.oversized:
            self.errors.pop("file", None)
            self.add_error("file", f"“{self.oversized}” is larger than {GIGABYTES} GB: split it.")
        elif not self.errors:
            self.recognise(data["file"])
        return data

    def recognise(self, upload: Any) -> None:
        file: BinaryIO = upload.file
        chosen = self.cleaned_data["format"], self.cleaned_data["kind"]
        try:
            self.layout = recognise(file, upload.name, format=chosen[0], kind=chosen[1])
        except FileError as error:
            self.add_error("file", str(error))
        file.seek(0)

    def save(self, *, by: User, sha256: str) -> Batch:
        file = self.cleaned_data["file"]
        return add_batch(
            desk=self.desk,
            by=by,
            file=file,
            name=file.name,
            sha256=sha256,
            layout=self.layout.as_dict(),
        )


class KindForm(forms.Form):
    """Which kind of thing the rows of a table are, as the address of the page has it."""

    kind = forms.ChoiceField(label="Its rows are", choices=KIND_CHOICES)


class MappingForm(forms.Form):
    """A field for each heading of a table. The fields of the form are called by their place."""

    keep = forms.BooleanField(label="Keep this mapping for next time", required=False)

    def __init__(
        self, data: Any = None, *, layout: Layout, kind: Kind, saved: ColumnMapping | None = None
    ) -> None:
        super().__init__(data)
        self.layout = layout
        self.kind = kind
        self.saved = saved if saved and saved.kind == kind else None
        start = self.start()
        choices = [("", "Leave out"), *((name, name) for name in FIELDS[kind])]
        for place, heading in enumerate(layout.headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading, required=False, choices=choices, initial=start.get(heading, "")
            )

    def start(self) -> dict[str, str]:
        """What is chosen at first: as it was kept, as it stands, or as it is suggested."""
        if self.saved:
            return self.saved.mapping
        if self.layout.kind == self.kind and self.layout.mapping:
            return dict(self.layout.mapping)
        return suggest(self.layout.headings, self.kind)

    def columns(self) -> list[tuple[str, list[str], forms.BoundField]]:
        """Each heading with its first values and its field."""
        return [
            (
                heading,
                [row[place] for row in self.layout.sample if place < len(row) and row[place]][:3],
                self[f"column-{place}"],
            )
            for place, heading in enumerate(self.layout.headings)
        ]

    @property
    def needed(self) -> tuple[str, ...]:
        return REQUIRED[self.kind]

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.kind].lower()

    def mapping(self) -> dict[str, str]:
        return {
            heading: self.cleaned_data[f"column-{place}"]
            for place, heading in enumerate(self.layout.headings)
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in problems(self.mapping(), self.kind):
                self.add_error(None, problem)
        return data

    def mapped(self) -> Layout:
        return self.layout.mapped(self.kind, self.mapping())

    def keep_mapping(self, by: User) -> None:
        """For tables with these headings, if the person wants that."""
        if self.cleaned_data["keep"]:
            ColumnMapping.objects.update_or_create(
                headings=list(self.layout.headings),
                defaults={"kind": self.kind, "mapping": self.mapping(), "saved_by": by},
            )
