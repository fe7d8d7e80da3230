from django import forms

from articles.forms.moments import MomentField
from articles.models import Notification, User


class KindForm(forms.Form):
    """One kind, or all of them."""

    kind = forms.ChoiceField(
        required=False,
        choices=[("", "All"), *Notification.Kind.choices],
        error_messages={"invalid_choice": "“%(value)s” is not a kind of notification."},
    )


class ReadForm(KindForm):
    """``until``: when the list was shown whose notifications are read."""

    until = MomentField(required=False)


class DigestForm(forms.ModelForm):  # type: ignore[type-arg]  # no type argument at run time
    class Meta:
        model = User
        fields = ("digest",)
