"""What is to be done to the chosen claims of the list."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from articles.actions.bulk import MOST, Done, assign_many, move_many, set_kind
from articles.forms.filters import offer
from articles.models import Claim, User
from articles.models.workflow import ASSIGN, MOVES

ASSIGNING = [
    ("assign", "Assign to"),
    ("due", "Set due date"),
    ("no_due", "Remove due date"),
    ("priority", "Set priority"),
    ("kind", "Set kind"),
]
NOBODY = "(nobody)"
"""No username has brackets."""
NEEDED = {
    "assign": ("assignee", "Choose a person, or “Nobody”."),
    "due": ("due_on", "Enter a date, or choose “Remove due date”."),
}
"""The fields that these actions cannot do without, and what is said where they are empty."""


def bulk_actions(user: User) -> list[tuple[str, str]]:
    """What the person may do at one desk at least."""
    access = user.access()
    moves = [
        (move.name, move.label)
        for move in MOVES
        if move.target is not None and access.anywhere(move.permission)
    ]
    return [*(ASSIGNING if access.anywhere(ASSIGN) else []), *moves]


class BulkForm(forms.Form):
    """``claim`` are ids of claims, each with a colon and the version that it was seen in."""

    action = forms.ChoiceField(
        label="With the selected",
        error_messages={
            "required": "Choose what to do with the claims.",
            "invalid_choice": "“%(value)s” is nothing you may do with claims.",
        },
    )
    assignee = forms.ChoiceField(
        label="Person",
        required=False,
        error_messages={"invalid_choice": "There is no such person at your desks."},
    )
    due_on = forms.DateField(
        label="Due date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    priority = forms.TypedChoiceField(required=False, coerce=int, choices=Claim.Priority.choices)
    kind = forms.ChoiceField(required=False, choices=Claim.Kind.choices)
    note = forms.CharField(
        required=False, max_length=1000, widget=forms.TextInput(attrs={"placeholder": "Note"})
    )
    all = forms.BooleanField(required=False)

    def __init__(self, given: QueryDict | None = None, *, user: User) -> None:
        super().__init__(given, auto_id="bulk_%s", label_suffix="")
        self.given = given or QueryDict()
        self.user = user
        offer(self.fields["action"], [("", "Choose…"), *bulk_actions(user)])
        self.people = {person.username: person for person in user.colleagues if person.is_active}
        members = [(name, person.display_name) for name, person in self.people.items()]
        offer(self.fields["assignee"], [("", "Choose a person…"), (NOBODY, "Nobody"), *members])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name, problem = NEEDED.get(data.get("action", ""), ("", ""))
        if name in data and not data[name]:
            self.add_error(name, problem)
        return data

    def chosen(self) -> dict[UUID, int]:
        """The chosen claims with their versions, as far as they make sense; at most MOST."""
        chosen = {}
        for value in self.given.getlist("claim")[:MOST]:
            pk, _, version = value.partition(":")
            try:
                chosen[UUID(pk)] = int(version)
            except ValueError:
                continue
        return chosen

    def told(self) -> str:
        """What was asked for, in words."""
        data = self.cleaned_data
        label = dict(bulk_actions(self.user))[data["action"]]
        match data["action"]:
            case "assign":
                return f"{label} {self.people.get(data['assignee'], 'nobody')}"
            case "due":
                return f"{label} {date_format(data['due_on'], 'j M Y')}"
            case "priority":
                return f"{label} “{Claim.Priority(data['priority'] or 0).label}”"
            case "kind":
                return f"{label} “{Claim.Kind(data['kind'] or Claim.Kind.STATEMENT).label}”"
        return label

    def act(self, seen: dict[UUID, int]) -> Done:
        """Raises RuleError."""
        data, by = self.cleaned_data, self.user
        match data["action"]:
            case "assign":
                return assign_many(seen=seen, by=by, assignee=self.people.get(data["assignee"]))
            case "due":
                return assign_many(seen=seen, by=by, due_on=data["due_on"])
            case "no_due":
                return assign_many(seen=seen, by=by, due_on=None)
            case "priority":
                return assign_many(seen=seen, by=by, priority=data["priority"] or 0)
            case "kind":
                return set_kind(seen=seen, by=by, kind=data["kind"] or Claim.Kind.STATEMENT)
            case name:
                return move_many(seen=seen, by=by, name=name, note=data["note"])
