import json

from django import forms

AT_CLAIM = ("edit", "evidence", "verdict", "chain", "decision")
"""The forms at a claim; each stands in a draft's name with the claim's number."""
REVISION = r"^[0-9a-z]{1,20}:[0-9]{1,9}$"
"""See Draft.revision."""
MOST_FIELDS = 120
"""The longest form is a chain of ten steps."""


class DraftForm(forms.Form):
    """One form's unsaved state: its name, a flat JSON object of its texts, their revision, and
    the revision of the draft that the form showed at first, if any."""

    form = forms.RegexField(rf"^(new-claim|({'|'.join(AT_CLAIM)})-[0-9]{{1,9}})$", max_length=80)
    fields_json = forms.CharField(required=False, max_length=500_000)
    revision = forms.RegexField(REVISION, required=False)
    base = forms.RegexField(REVISION, required=False)

    def clean_fields_json(self) -> dict[str, str]:
        try:
            fields = json.loads(self.cleaned_data["fields_json"] or "{}")
        except (ValueError, RecursionError):
            raise forms.ValidationError("A draft is a JSON object.") from None
        if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
            raise forms.ValidationError(f"A draft is an object of at most {MOST_FIELDS} fields.")
        for name, value in fields.items():
            if not isinstance(value, str) or len(name) > 50 or len(value) > 20000:
                raise forms.ValidationError(f"The field “{name[:50]}” is no text or too long.")
        return {storable(name): storable(value) for name, value in fields.items()}


def storable(text: str) -> str:
    """Without what PostgreSQL cannot keep in JSON: NULs and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
