"""What people choose on the page of a season. A filter that makes no sense is left out, not an error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.models import Character, Episode, Production
from qa.choices import Fault

_ANY = ("", _("any"))


class SeasonFilters(forms.Form):
    """Which cuts count; `filters` is what `qa.season` takes."""

    character = forms.ModelChoiceField(Character.objects.none(), label=_("Character"), required=False)
    aspect = forms.ChoiceField(
        label=_("Aspect"),
        choices=[_ANY, *((fault.value.rpartition(".")[2], fault.label) for fault in Fault)],
        required=False,
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=[_ANY, *Stage.choices], required=False)
    episode = forms.ModelChoiceField(Episode.objects.none(), label=_("Episode"), required=False)

    def __init__(self, data: Any, *, production: Production) -> None:
        super().__init__(data, label_suffix="")
        for name, rows in (
            ("character", production.characters.all()),
            ("episode", production.episodes.all()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
            field.empty_label = _("any")

    @property
    def filters(self) -> dict[str, str]:
        """Return the filters that make sense, as plain values."""
        self.is_valid()
        values = {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}
        return {name: str(value) for name, value in values.items() if value not in {None, ""}}
