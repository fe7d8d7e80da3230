from django import forms


class MomentForm(forms.Form):
    """When proposals were dismissed, to the microsecond: it tells them from others."""

    at = forms.DateTimeField(widget=forms.HiddenInput)
