"""Forms of the questions about rights. Shape and words only; what is allowed is decided in the services."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets import territories
from assets.choices_rights import (
    Disclosure,
    ItemKind,
    ModelFamily,
    SourceKind,
    Split,
    WaiverReason,
)
from assets.forms import AccessibleForm, DateInput
from assets.models import DatasetVersion, Evidence, ModelVersion, RightsHolder
from assets.rights_words import ACTIONS
from studio.core.models import User

_CODES = re.compile(r"[\s,;、・]+")
_YES_NO = [("", _("as the production is")), ("1", _("yes, it is sold")), ("0", _("no"))]


class MomentInput(forms.DateTimeInput):
    """A day and a time with the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Territories(forms.CharField):
    """Country codes of two letters, or WORLD, with blanks or commas between them."""

    def to_python(self, value: Any) -> Any:
        """Return the codes. Raises ValidationError for what is none."""
        codes = [each.upper() for each in _CODES.split(super().to_python(value) or "") if each]
        for code in codes:
            if not territories.is_code(code):
                raise forms.ValidationError(
                    gettext("“%(code)s” is no country code of two letters, and not WORLD.") % {"code": code}
                )
        return codes

    def prepare_value(self, value: Any) -> Any:
        """Return the codes as one text."""
        return " ".join(value) if isinstance(value, list | tuple) else value


class AskForm(AccessibleForm):
    """May this be used here? Sent by GET, so that the address of an answer can be passed on."""

    what = forms.ChoiceField(label=_("Model or dataset version"))
    action = forms.ChoiceField(label=_("To"), choices=list(ACTIONS.items()))
    family = forms.ChoiceField(
        label=_("For a model that does"), required=False, choices=[("", "–"), *ModelFamily.choices]
    )
    on = forms.DateField(label=_("From"), required=False, widget=DateInput(), help_text=_("Empty: today."))
    until = forms.DateField(
        label=_("Until"), required=False, widget=DateInput(), help_text=_("Empty: the end of exploitation.")
    )
    territories = Territories(
        label=_("In these territories"),
        required=False,
        max_length=400,
        help_text=_("JP US FR … or WORLD; empty: as the production."),
    )
    commercial = forms.ChoiceField(label=_("Commercial"), required=False, choices=_YES_NO)
    known_at = forms.DateTimeField(
        label=_("As it was known at"),
        required=False,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        help_text=_("Empty: now. A moment in the past answers as the books stood then."),
    )

    def __init__(self, *args: Any, things: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *things]


class WhyForm(AccessibleForm):
    """A reason for an act that is written down."""

    why = forms.CharField(label=_("Why"), max_length=300)


class DraftForm(AccessibleForm):
    """A new draft of a dataset."""

    purpose = forms.CharField(label=_("What for"), max_length=300, required=False)
    parent = forms.ModelChoiceField(
        label=_("Begin with the works of"),
        queryset=DatasetVersion.objects.none(),
        required=False,
        empty_label=_("no work"),
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = versions  # type: ignore[attr-defined]


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the list of files. Raises ValidationError."""
        several = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in several]


class BringForm(AccessibleForm):
    """Works for a draft, and where they came from."""

    works = FilesField(
        label=_("Files or a zip"),
        help_text=_("Licence files, .license files, cards and tables beside the works are read too."),
    )
    kind = forms.ChoiceField(label=_("How they came to us"), choices=SourceKind.choices)
    url = forms.CharField(label=_("Address or folder they came from"), max_length=500, required=False)
    collected_on = forms.DateField(label=_("Collected on"), required=False, widget=DateInput())
    collector = forms.CharField(label=_("Collected by"), max_length=200, required=False)
    country = forms.CharField(
        label=_("Country of origin"), max_length=2, required=False, help_text=_("Two letters: JP")
    )
    item_kind = forms.ChoiceField(
        label=_("What the works are"), choices=ItemKind.choices, initial=ItemKind.OTHER
    )
    split = forms.ChoiceField(label=_("For"), choices=Split.choices)
    signals_seen = forms.BooleanField(
        label=_("Somebody looked for an opt-out (robots.txt, terms of use) at the source"), required=False
    )


class ConcludeForm(AccessibleForm):
    """What a person concludes about works that stand alike."""

    expression = forms.CharField(
        label=_("Licence (SPDX)"),
        max_length=200,
        required=False,
        help_text=_("Empty: nothing is concluded about a licence; grants of the owners count."),
    )
    owners = forms.ModelMultipleChoiceField(
        label=_("Owners of the copyright"), queryset=RightsHolder.objects.all(), required=False
    )
    authors = forms.ModelMultipleChoiceField(
        label=_("Authors"), queryset=RightsHolder.objects.all(), required=False
    )
    evidence = forms.ModelChoiceField(
        label=_("Proved by"), queryset=Evidence.objects.none(), required=False, empty_label=_("nothing yet")
    )
    settled = forms.BooleanField(
        label=_("The contradictions were looked into and are settled"), required=False
    )
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, evidence: Any, conflicts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = evidence  # type: ignore[attr-defined]
        if not conflicts:
            del self.fields["settled"]


class ExploitationForm(AccessibleForm):
    """How a production is exploited, and by whose rules: what every question about rights is measured by."""

    commercial = forms.BooleanField(label=_("Commercial: it is sold, broadcast or streamed"), required=False)
    territories = Territories(label=_("Territories"), max_length=400, help_text=_("JP US FR … or WORLD"))
    exploited_from = forms.DateField(label=_("Exploited from"), required=False, widget=DateInput())
    exploited_until = forms.DateField(
        label=_("Exploited until"), required=False, widget=DateInput(), help_text=_("Empty: without end.")
    )
    deliver_on = forms.DateField(label=_("Delivery"), required=False, widget=DateInput())
    distributor = forms.CharField(label=_("Distributor"), max_length=200, required=False)
    policy = forms.ChoiceField(label=_("Licence policy"))

    def __init__(self, *args: Any, policies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].choices = policies  # type: ignore[attr-defined]


class AssignForm(AccessibleForm):
    """Who looks after a finding."""

    assignee = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]


class WaiverForm(AccessibleForm):
    """Let a finding stand until a day; a second person decides."""

    reason = forms.ChoiceField(label=_("Reason"), choices=WaiverReason.choices)
    text = forms.CharField(label=_("Explanation"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    expires_on = forms.DateField(label=_("Until"), widget=DateInput())


class WaiverDecisionForm(AccessibleForm):
    """A second pair of eyes."""

    approved = forms.ChoiceField(
        label=_("Decision"), choices=[("1", _("It may stand")), ("0", _("It may not"))]
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False)


class ApprovalForm(AccessibleForm):
    """What a distributor approved in writing."""

    use = forms.ChoiceField(
        label=_("Use"), choices=[(key, ACTIONS[key]) for key in ("generate", "cleanup", "check")]
    )
    reference = forms.CharField(
        label=_("Reference of the approval"), max_length=200, help_text=_("Number or date of the letter.")
    )
    approved = forms.ChoiceField(label=_("Decision"), choices=[("1", _("approved")), ("0", _("taken back"))])
    note = forms.CharField(label=_("Note"), max_length=2000, required=False)


class ModelForm(AccessibleForm):
    """A model from outside. What is not known of its training art stays unknown."""

    name = forms.CharField(label=_("Name"), max_length=100)
    version = forms.CharField(label=_("Version"), max_length=60)
    family = forms.ChoiceField(label=_("Does"), choices=ModelFamily.choices)
    disclosure = forms.ChoiceField(
        label=_("Training art"), choices=Disclosure.choices, initial=Disclosure.NONE
    )
    licence_expression = forms.CharField(
        label=_("Licence of the weights (SPDX)"), max_length=200, required=False
    )
    weights_sha256 = forms.RegexField(
        label=_("SHA-256 of the weights"), regex=r"^[0-9a-f]{64}$", required=False
    )
    source = forms.CharField(label=_("Source"), max_length=500, required=False)
    recipe = forms.CharField(label=_("Recipe"), max_length=300, required=False)
    style_of = forms.CharField(label=_("Imitates (a title or an artist)"), max_length=200, required=False)
    parents = forms.ModelMultipleChoiceField(
        label=_("Made from these models"), queryset=ModelVersion.objects.all(), required=False
    )
    inputs = forms.ModelMultipleChoiceField(
        label=_("Trained with these dataset versions"), queryset=DatasetVersion.objects.none(), required=False
    )
    terms_forbid_training = forms.BooleanField(
        label=_("Its terms forbid training on what it makes"), required=False
    )
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inputs"].queryset = versions  # type: ignore[attr-defined]


class PolicyForm(AccessibleForm):
    """A policy profile as YAML."""

    text = forms.CharField(
        label=_("Profile (YAML)"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class EnquiryForm(AccessibleForm):
    """A work, by its file or by its hash."""

    file = forms.FileField(label=_("File"), required=False)
    sha256 = forms.RegexField(label=_("or its SHA-256"), regex=r"^\s*[0-9a-fA-F]{64}\s*$", required=False)
