"""Forms of the rush: a playlist, cuts to add, a link for a guest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.forms import AccessibleForm
from assets.models import Episode, Production
from assets.services.rush import MAX_DAYS


def _episodes(form: AccessibleForm, production: Production) -> None:
    field = form.fields["episode"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Episode.objects.filter(production=production)


class PlaylistForm(AccessibleForm):
    """Start a playlist, empty or with the cuts of an episode."""

    name = forms.CharField(label=_("Name"), max_length=100)
    episode = forms.ModelChoiceField(
        label=_("With the cuts of"),
        queryset=Episode.objects.none(),
        required=False,
        empty_label=_("none yet"),
    )
    stage = forms.ChoiceField(label=_("Their newest take of"), required=False)

    def __init__(self, *args: Any, production: Production, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _episodes(self, production)
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)
        stage.choices = [("", _("any stage")), *Stage.choices]


class AddCutsForm(AccessibleForm):
    """Cuts to append, as people name them."""

    episode = forms.ModelChoiceField(label=_("Episode"), queryset=Episode.objects.none(), empty_label=None)
    numbers = forms.CharField(label=_("Cuts"), max_length=500, help_text=_("12, 14-20, 101A"))

    def __init__(self, *args: Any, production: Production, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _episodes(self, production)


class GuestLinkForm(AccessibleForm):
    """A link for somebody without a login."""

    label = forms.CharField(label=_("For whom"), max_length=100)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MAX_DAYS, initial=7)
