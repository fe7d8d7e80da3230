from django import forms


class DraftForm(forms.Form):
    """One form's unsaved state: its name, and a flat object of its texts."""

    form = forms.RegexField(r"^(new-claim|(edit|evidence|verdict)-[0-9]{1,9})$", max_length=80)
    fields_json = forms.JSONField(required=False)

    def clean_fields_json(self) -> dict[str, str]:
        fields = self.cleaned_data["fields_json"] or {}
        if not isinstance(fields, dict) or len(fields) > 20:
            raise forms.ValidationError("A draft is an object of at most 20 fields.")
        for name, value in fields.items():
            if not isinstance(value, str) or len(name) > 50 or len(value) > 20000:
                raise forms.ValidationError(f"The field “{name[:50]}” is no text or too long.")
        return fields
