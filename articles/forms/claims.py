from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from articles.actions.verdicts import MAX_REVIEWERS
from articles.models import Accuracy, Desk, Evidence, Rating, Source, User
from articles.models.people import NAME_ORDER
from articles.models.review import Required


def pick_from(field: forms.Field, choices: QuerySet[Any]) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = choices


def carry_version(form: forms.Form, given: QueryDict, version: int) -> None:
    """Have a form that came too late carry the claim's version of now, as it was filled: to send
    it again is then a decision, not an accident."""
    data = given.copy()
    data[form.add_prefix("version")] = str(version)
    form.data = data


class VersionForm(forms.Form):
    """The version of the claim that a write was made against."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class UndoForm(VersionForm):
    """Which change of the claim is undone."""

    done = forms.UUIDField(widget=forms.HiddenInput)


class CiteForm(VersionForm):
    """The claim decided before that is cited."""

    cited = forms.UUIDField(widget=forms.HiddenInput)


class SpanForm(forms.Form):
    """A selection, in code points of the revision's text, end exclusive."""

    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class NewClaimForm(SpanForm):
    """``suggestion`` is the proposal whose words, perhaps edited, are marked."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    suggestion = forms.UUIDField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What has to be checked.",
    )


class MoveSpanForm(SpanForm, VersionForm):
    pass


class PassageForm(VersionForm):
    """A passage of a document, in code points of its text, end exclusive; or none."""

    start = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("start") is None) != (data.get("end") is None) and not self.errors:
            self.add_error("start", "A passage has both a start and an end.")
        return data

    def passage(self) -> tuple[int, int] | None:
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return None if start is None else (start, end)


class DocumentChoiceForm(PassageForm):
    """The document that evidence rests on, or none; with the passage that an undo puts back."""

    document = forms.UUIDField(required=False, widget=forms.HiddenInput)


class SourcePickerForm(forms.Form):
    """A source picked from the list, or named; a name that is new needs its kind."""

    source = forms.ModelChoiceField(Source.objects.none(), required=False, widget=forms.HiddenInput)
    source_name = forms.CharField(
        label="Source", required=False, max_length=300, strip=True, widget=forms.TextInput
    )
    source_kind = forms.ChoiceField(
        label="Kind of the new source",
        required=False,
        choices=[("", "Choose to create it"), *Source.Kind.choices],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        pick_from(self.fields["source"], Source.objects.named_to(user))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name, kind = data.get("source_name", ""), data.get("source_kind", "")
        if data.get("source") or "source" in self.errors or not name:
            return data
        known = Source.objects.named_to(self.user).filter(
            Q(name__iexact=name) | Q(aliases__contains=[name])
        )
        if kind:
            known = known.filter(kind=kind)
        matches = list(known[:2])
        if len(matches) == 1:
            data["source"] = matches[0]
        elif matches:
            self.add_error("source_name", "Several sources have this name. Pick one of the list.")
        elif not kind:
            self.add_error(
                "source_name", f"No source is called “{name}”. Choose its kind to create it."
            )
        return data

    def picked(self) -> Source | None:
        """The source, created if it is new."""
        source: Source | None = self.cleaned_data.get("source")
        if source:
            return source
        name, kind = self.cleaned_data["source_name"], self.cleaned_data["source_kind"]
        if not name:
            return None
        found = Source.objects.filter(name__iexact=name, kind=kind, protected=False).first()
        return found or Source.objects.create(name=name, kind=kind, created_by=self.user)


class EditClaimForm(SourcePickerForm, VersionForm):
    note = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_name"].label = "Who makes the claim"


class EvidenceForm(SourcePickerForm, VersionForm):
    relation = forms.ChoiceField(
        choices=Evidence.Relation.choices,
        initial=Evidence.Relation.SUPPORTS,
        widget=forms.RadioSelect,
    )
    url = forms.URLField(
        label="Document address", required=False, max_length=2000, assume_scheme="https"
    )
    note = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("source") and not data.get("source_name") and "source" not in self.errors:
            self.add_error("source_name", "Name the source the claim rests on.")
        return data


class VerdictForm(VersionForm):
    rating = forms.ChoiceField(choices=Rating.choices, widget=forms.RadioSelect)
    attribution_accuracy = forms.ChoiceField(
        choices=Accuracy.choices,
        widget=forms.RadioSelect,
        help_text="Does the source say what the article makes it say?",
    )
    rationale = forms.CharField(
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: a verdict without a rationale convinces nobody."},
    )
    no_evidence = forms.CharField(
        label="Why there is no evidence",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The claim rests on nothing yet. Link its source, or say why there is none.",
        error_messages={"required": "Link what the claim rests on, or say why there is nothing."},
    )
    second_review = forms.BooleanField(
        label="Ask for a second review",
        required=False,
        help_text="A second person judges without seeing your verdict.",
    )

    def __init__(self, *args: Any, required: Required, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if required.reviewers > 1:
            del self.fields["second_review"]
        if not required.nothing:
            del self.fields["no_evidence"]

    def propose(self, accuracy: Accuracy) -> None:
        """Mark what the quotation check proposes among the choices."""
        field = self.fields["attribution_accuracy"]
        field.help_text = f"Proposed by the quotation check: {accuracy.label}. {field.help_text}"
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (value, f"{label} (proposed)" if value == accuracy else label)
                for value, label in Accuracy.choices
            ]


class AdjudicationForm(VerdictForm):
    """An editor's decision between verdicts: a verdict that nobody seconds."""

    def __init__(self, *args: Any, required: Required, **kwargs: Any) -> None:
        super().__init__(*args, required=replace(required, reviewers=2), **kwargs)


class AssignForm(VersionForm):
    assignee = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody", to_field_name="username"
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__desk=desk, is_active=True)
        pick_from(self.fields["assignee"], people.order_by(*NAME_ORDER))


class MoveForm(VersionForm):
    move = forms.CharField(
        max_length=30,
        widget=forms.HiddenInput,
        error_messages={"required": "Choose what to do with the claim."},
    )
    note = forms.CharField(required=False, max_length=1000, widget=forms.TextInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The form of a new claim, on the same page, has a note too.
        super().__init__(*args, **({"auto_id": "id_move_%s"} | kwargs))


class ReviewersForm(forms.Form):
    """How many people must review each claim of an article; empty for as many as is usual."""

    reviewers = forms.TypedChoiceField(
        label="Reviewers per claim",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "As usual"), *((str(n), str(n)) for n in range(1, MAX_REVIEWERS + 1))],
    )
