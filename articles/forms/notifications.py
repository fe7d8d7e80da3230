from django import forms

from articles.models import User


class ReadForm(forms.Form):
    """``until``: when the list was shown whose notifications are read."""

    until = forms.DateTimeField()


class DigestForm(forms.ModelForm):  # type: ignore[type-arg]  # no type argument at run time
    class Meta:
        model = User
        fields = ("digest",)
