"""Codes as people say them, for the sentences of reasons. The same English as the choices; tests compare them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _n

ACTS = {
    "analyse": _n("analyse and compare (quality checks)"),
    "reference": _n("use as reference"),
    "evaluate": _n("measure models with it"),
    "train": _n("train models"),
    "finetune": _n("fine-tune models"),
    "imitate": _n("imitate the style"),
    "generate": _n("generate into deliverables"),
    "redistribute_data": _n("pass the art on"),
    "redistribute_weights": _n("pass trained models on"),
    # Actions that are no scope of a grant.
    "cleanup": _n("clean drawings up for deliverables"),
    "check": _n("check drawings"),
    "embed": _n("search and compare drawings"),
    "pack": _n("hand out a clearance pack"),
}
FAMILIES = {
    "drift": _n("drift check"),
    "embed": _n("search and comparison"),
    "inbetween": _n("in-betweens"),
    "cleanup": _n("clean-up"),
    "paint": _n("paint check"),
    "other": _n("other"),
}
BASES = {
    "exception:JP-30-4": _n("exception: Japan, article 30-4"),
    "exception:EU-DSM-3": _n("exception: EU, DSM article 3"),
    "exception:EU-DSM-4": _n("exception: EU, DSM article 4"),
    "exception:US-fair-use": _n("exception: USA, fair use"),
}
_CONTRADICTIONS = {
    "non_commercial": _n("only for non-commercial use"),
    "research_only": _n("only for research"),
    "no_derivatives": _n("no changed copies"),
    "no_training": _n("not for training"),
}
_PLACES = {"WORLD": _n("the whole world")}


def acts(codes: Iterable[str]) -> list[str]:
    """Return what a grant may allow, in words."""
    return [ACTS.get(code, code) for code in codes]


def families(codes: Iterable[str]) -> list[str]:
    """Return what models do, in words."""
    return [FAMILIES.get(code, code) for code in codes]


def places(codes: Iterable[str]) -> list[str]:
    """Return territories in words; a country is its ISO code."""
    return [_PLACES.get(code, code) for code in codes]


def contradictions(codes: Iterable[str]) -> list[str]:
    """Return what was said against a record, in words: the licence that is named, or what the words restrict."""
    bare = (code.split(":", maxsplit=1)[-1] for code in codes)
    return [_CONTRADICTIONS.get(each, each.replace("_", " ")) for each in bare]
