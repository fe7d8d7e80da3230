from typing import Any

from django import forms

from articles.forms.claims import VersionForm, pick_from
from articles.models import Article, Claim, User
from articles.models.people import NAME_ORDER
from articles.permissions import REVIEW_CLAIM


class AfterForm(forms.Form):
    """The claim that a person goes on from."""

    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """Why a claim is passed over or handed back."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why, for those who come after you."},
    )


class PlanForm(VersionForm):
    due_on = forms.DateField(
        label="Due",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    priority = forms.TypedChoiceField(choices=Claim.Priority.choices, coerce=int)
    kind = forms.ChoiceField(choices=Claim.Kind.choices)


class AssignArticleForm(forms.Form):
    """Who gets all claims of an article that are still to be decided. Empty fields leave it as it
    is."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose a person", to_field_name="username"
    )
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}))
    priority = forms.TypedChoiceField(
        required=False,
        choices=[("", "As it is"), *Claim.Priority.choices],
        coerce=int,
        empty_value=None,
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            is_active=True,
            memberships__desk=article.desk,
            memberships__role__permissions__codename=REVIEW_CLAIM,
        )
        pick_from(self.fields["assignee"], people.distinct().order_by(*NAME_ORDER))

    def given(self) -> dict[str, Any]:
        """The fields that were filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
