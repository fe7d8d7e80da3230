"""The form that builds an attribution chain: any number of rows, each a step."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from articles.actions.attribution import MAX_STEPS, Step
from articles.forms.claims import SourcePickerForm, VersionForm, pick_from
from articles.http import whole_number
from articles.models import Attribution, AttributionStep, Claim, RuleError, Source, User

ROW_FIELD = re.compile(r"(\d{1,3})-[a-z_]+")
SPARE = 3
SOURCE, PERSON, KEPT = "source", "person", "kept"


class StepForm(SourcePickerForm):
    """One step. ``step`` is the one it was in the chain being edited, whose words it keeps; a
    source that this person may not name is kept as it is (``KEPT``)."""

    who = forms.ChoiceField(
        choices=[(SOURCE, "A source"), (PERSON, "An unnamed person"), (KEPT, "As it was")],
        initial=SOURCE,
    )
    description = forms.CharField(
        label="As the article describes them", required=False, max_length=300
    )
    start = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    step = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    words = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_name"].label = "Name"

    @property
    def number(self) -> str:
        """What tells this row of the form from the others; it says nothing of its place."""
        return str(self.prefix).rpartition("-")[2]

    @property
    def is_kept(self) -> bool:
        return self["who"].value() == KEPT

    def is_blank(self) -> bool:
        """Nobody is named: the row of a page without JavaScript that was not needed."""
        fields = ("source", "source_name", "description")
        return not self.is_kept and not any(self[name].value() for name in fields)

    def clean(self) -> dict[str, Any]:
        who = self.cleaned_data.get("who")
        if who == SOURCE or (who is None and self.cleaned_data.get("source_name")):
            data = super().clean()
            if not (data.get("source") or data.get("source_name") or "source" in self.errors):
                self.add_error("source_name", "Name the source, or say it is an unnamed person.")
            return data
        if who == PERSON and not self.cleaned_data.get("description"):
            self.add_error("description", "Describe the person in the article’s words.")
        return self.cleaned_data

    def as_step(self, before: Mapping[int, AttributionStep]) -> Step:
        """The step, its source created if it is new. ``before`` are those of the chain edited.

        Raises RuleError.
        """
        data = self.cleaned_data
        like = before.get(data["step"])
        if data["who"] == KEPT:
            if like is None:
                raise RuleError("The step to keep is not in the chain any more.")
            return Step(like.source, like.description, like=like)
        if like and not is_readable(like, self.user):
            like = None  # its words could name the source
        cue = None
        if data["start"] is not None and data["end"] is not None:
            cue = (data["start"], data["end"])
        if data["who"] == PERSON:
            return Step(description=data["description"], cue=cue, like=like)
        return Step(source=self.picked(), cue=cue, like=like)


class ChainForm(VersionForm):
    """Rows are named by a number of their own; ``order`` lists the numbers from the article to
    the origin, and without it they are taken as they are numbered."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    replaces = forms.ModelChoiceField(
        Attribution.objects.none(), required=False, widget=forms.HiddenInput
    )
    order = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: User,
        claim: Claim,
        rows: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """``rows`` are fields of rows by their name without the prefix, for a form not sent."""
        super().__init__(*args, **kwargs | {"prefix": "chain"})
        self.user = user
        pick_from(self.fields["replaces"], claim.attributions.standing())
        self.text = claim.article.current_revision.text
        names = self.data if self.is_bound else rows or {}
        self.rows = [
            StepForm(
                self.data if self.is_bound else None,
                user=user,
                prefix=f"chain-{number}",
                initial=fields_of(rows or {}, number),
            )
            for number in self._numbers(names)
        ]
        self.steps_before = self._steps_before()
        for row in self.rows:
            row.words = self._words(row)

    def spare_rows(self) -> list[StepForm]:
        """For a page without JavaScript, which cannot ask for more."""
        first = max((int(row.number) for row in self.rows), default=0) + 1
        count = min(SPARE, MAX_STEPS - len(self.rows))
        return [
            StepForm(user=self.user, prefix=f"chain-{number}")
            for number in range(first, first + count)
        ]

    def _numbers(self, names: Mapping[str, Any]) -> list[int]:
        lead = f"{self.prefix}-" if self.is_bound else ""
        found = {
            int(match[1])
            for name in names
            if name.startswith(lead) and (match := ROW_FIELD.fullmatch(name[len(lead) :]))
        }
        order = str(names.get(f"{lead}order", "")).split(",")
        wanted = [int(number) for number in order if number.isdecimal() and len(number) < 4]
        listed = [number for number in dict.fromkeys(wanted) if number in found]
        numbers = listed + sorted(found - set(listed))
        # Enough for the rule that limits them to speak, and no more than can be looked through.
        return numbers[: MAX_STEPS + 5]

    def _steps_before(self) -> dict[int, AttributionStep]:
        """The steps of the chain being edited, by their ids."""
        value = self["replaces"].value()
        if not value:
            return {}
        field = self.fields["replaces"]
        try:
            chain = field.clean(value)
        except forms.ValidationError:
            return {}
        return {step.pk: step for step in chain.steps.select_related("source")}

    def _words(self, row: StepForm) -> str:
        """The article's words that a row's step goes by, if it shows them."""
        if row.is_kept:
            return ""
        start, end = whole_number(row["start"].value() or "0"), whole_number(row["end"].value())
        if start is not None and end is not None:
            return self.text[start:end]
        before = self.steps_before.get(whole_number(row["step"].value()) or 0)
        return before.exact if before and is_readable(before, self.user) else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.rows = [row for row in self.rows if not row.is_blank()]
        valid = [row.is_valid() for row in self.rows]  # all of them, so that all errors are told
        if not all(valid):
            raise forms.ValidationError("A step is not complete: see below.")
        return data

    def as_steps(self) -> list[Step]:
        """Raises RuleError."""
        return [row.as_step(self.steps_before) for row in self.rows]


def is_readable(step: AttributionStep, user: User) -> bool:
    """Whether the person may read who the step is, and the words that credit them."""
    return step.source is None or step.source.named_to(user)


def fields_of(rows: Mapping[str, Any], number: int) -> dict[str, Any]:
    lead = f"{number}-"
    return {name.removeprefix(lead): value for name, value in rows.items() if name.startswith(lead)}


def chain_fields(chain: Attribution, user: User) -> dict[str, Any]:
    """A chain as the fields of the form that edits it; names this person may not read stay out."""
    fields: dict[str, Any] = {"replaces": chain.pk}
    steps = list(chain.steps.select_related("source"))
    fields["order"] = ",".join(str(number) for number, _ in enumerate(steps, 1))
    for number, step in enumerate(steps, 1):
        values = {"step": step.pk} | who_fields(step.source, step.description, user)
        if is_readable(step, user) and step.revision_id == chain.claim.article.current_revision_id:
            values |= {"start": step.start, "end": step.end}
        fields |= {f"{number}-{name}": value for name, value in values.items()}
    return fields


def who_fields(source: Source | None, description: str, user: User) -> dict[str, Any]:
    if source is None:
        return {"who": PERSON, "description": description}
    if not source.named_to(user):
        return {"who": KEPT}
    return {"who": SOURCE, "source": source.pk, "source_name": source.label_for(user)}


class RestoreChainForm(VersionForm):
    """A write to a chain: the version of its claim, and the chain that gives way to it."""

    replaces = forms.ModelChoiceField(
        Attribution.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick_from(self.fields["replaces"], claim.attributions.standing())


class StepQuery(forms.Form):
    """Words selected in the article, in code points, for the row of that number."""

    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=0)
    revision = forms.IntegerField(min_value=1)
    row = forms.IntegerField(min_value=1, max_value=999)
    clicked = forms.BooleanField(required=False)
