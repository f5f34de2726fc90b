"""Forms of the pages: shape and words only. What is allowed is decided in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import SheetDrawingKind, Stage, StageStatus, View
from assets.models import Cut, Dataset, Design, Episode, Production, Take
from studio.core.models import User
from studio.core.roles import Role


class DateInput(forms.DateInput):
    """A date field with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AccessibleForm(forms.Form):
    """A form whose wrong fields say so to screen readers as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        """Mark the field as invalid, then do what Django does."""
        super().add_error(field, error)
        if field and field in self.fields:
            self.fields[field].widget.attrs["aria-invalid"] = "true"


class ProductionForm(AccessibleForm):
    """Open or change a production."""

    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("Short, for addresses and folders: HOSHI")
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    fps = forms.DecimalField(
        label=_("Frames per second"), min_value=1, max_value=240, max_digits=6, decimal_places=3, initial=24
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ProductionSettingsForm(ProductionForm):
    """Change a production; its code stays, because folders and links carry it."""

    code = None  # type: ignore[assignment]
    drift_by_artist = forms.BooleanField(
        label=_("Show drift over the season by artist, with names (settle it with them first)"),
        required=False,
    )
    archived = forms.BooleanField(label=_("Archived: hidden from lists, nothing is deleted"), required=False)


class EpisodeForm(AccessibleForm):
    """Open an episode."""

    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("EP01, OP, PV …"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    due_on = forms.DateField(label=_("Due"), required=False, widget=DateInput())


def _with_login(user: User) -> str:
    # Two people may have one name.
    return f"{user} ({user.username})" if str(user) != user.username else user.username


class RoleForm(AccessibleForm):
    """Give a person a role."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(is_active=True).order_by("username")
        field.label_from_instance = _with_login  # type: ignore[method-assign, assignment]


class CutForm(AccessibleForm):
    """Add or change a cut."""

    number = forms.CharField(label=_("Number"), max_length=12, help_text=_("May carry a letter: 101A"))
    duration_frames = forms.IntegerField(label=_("Length in frames"), min_value=0, required=False, initial=0)
    due_on = forms.DateField(label=_("Due"), required=False, widget=DateInput())
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    omitted = forms.BooleanField(label=_("Dropped (欠番)"), required=False)


class NewCutForm(CutForm):
    """Add a cut to an episode."""

    omitted = None  # type: ignore[assignment]
    episode = forms.ModelChoiceField(label=_("Episode"), queryset=Episode.objects.none(), empty_label=None)
    field_order = ("episode", "number")

    def __init__(self, *args: Any, production: Production, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["episode"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Episode.objects.filter(production=production)


class StageForm(AccessibleForm):
    """Where a stage stands and who has it."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    state = forms.ChoiceField(label=_("State"), choices=StageStatus.choices)
    assignee = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label="–"
    )
    due_on = forms.DateField(label=_("Due"), required=False, widget=DateInput())

    def __init__(self, *args: Any, production: Production, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        members = User.objects.filter(memberships__production=production, is_active=True)
        field.queryset = members.distinct().order_by("username")


class SignForm(AccessibleForm):
    """A sign-off of a stage: with which take (none: the newest), or that it is taken back."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    take = forms.ModelChoiceField(label=_("Take"), queryset=Take.objects.none(), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000)
    do = forms.ChoiceField(choices=[("sign", ""), ("revoke", "")], required=False)

    def __init__(self, *args: Any, cut: Cut, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["take"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Take.objects.filter(cut=cut)


class CastForm(AccessibleForm):
    """Which designs are worn in a cut."""

    designs = forms.ModelMultipleChoiceField(
        label=_("Cast"),
        queryset=Design.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, production: Production, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["designs"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Design.objects.filter(character__production=production).select_related("character")


class ShareForm(AccessibleForm):
    """Which cuts share drawings with this one: numbers of the same episode, separated by commas."""

    numbers = forms.CharField(
        label=_("Shares drawings with (兼用)"),
        required=False,
        help_text=_("Numbers of this episode: 014, 022A"),
    )

    def cuts(self, cut: Cut) -> list[Cut]:
        """Return the cuts that are named. Raises ValidationError for a number that is not there."""
        wanted = [text.strip() for text in self.cleaned_data["numbers"].split(",") if text.strip()]
        there = {each.number: each for each in Cut.objects.filter(episode=cut.episode_id, number__in=wanted)}
        missing = [number for number in wanted if number not in there]
        if missing:
            raise forms.ValidationError(
                _("There is no cut %(numbers)s in this episode."), params={"numbers": ", ".join(missing)}
            )
        return list(there.values())


class CodeNameForm(AccessibleForm):
    """A new character or design."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=100)


class SheetDrawingForm(AccessibleForm):
    """What an approved drawing shows."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=SheetDrawingKind.choices,
        widget=forms.Select(attrs={"aria-label": _("Kind")}),
    )
    view = forms.ChoiceField(
        label=_("View"),
        choices=[("", "–"), *View.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": _("View")}),
    )
    label = forms.CharField(
        label=_("Label"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"aria-label": _("Label"), "placeholder": _("label: smile, left hand …")}
        ),
    )


class FileForm(AccessibleForm):
    """One file."""

    file = forms.FileField(label=_("File"))


class DatasetForm(forms.ModelForm):
    """A body of art and the right to use it."""

    class Meta:
        model = Dataset
        fields = (
            "name", "source", "rights_holder", "licence_expression", "contract", "valid_from", "valid_until", "note",
        )  # fmt: skip
        widgets = {
            "valid_from": DateInput(),
            "valid_until": DateInput(),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "licence_expression": _(
                "SPDX expression such as CC-BY-4.0 or MIT OR Apache-2.0. Empty: no right is known."
            ),
            "contract": _("Number or name of the contract, where there is one."),
            "source": _("Where the art came from: an address, a folder, a person."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
