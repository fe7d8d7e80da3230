from django import forms

from articles.forms.moments import MomentField


class MomentForm(forms.Form):
    """When proposals were dismissed, to the microsecond: it tells them from others."""

    at = MomentField(widget=forms.HiddenInput)
