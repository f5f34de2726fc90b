"""Marks that picture-making models and their tools leave in files: who or what made this picture.

Keys and forms are those of the tools themselves: A1111's ``parameters``, ComfyUI's ``prompt`` and ``workflow``,
NovelAI's ``Software`` and ``Comment``, InvokeAI, Fooocus. A mark that is there is strong evidence; one that is not says
nothing, because a plain save removes them all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from assets.rights.reading.base import label

_MAX_JSON_CHARACTERS = 4_000_000
_NAMES = (
    ("NovelAI", r"\bnovelai\b|\bnai diffusion\b"),
    ("Midjourney", r"\bmidjourney\b|\bniji ?journey\b"),
    ("DALL-E", r"\bdall[·\-. ]?e\b"),
    ("Adobe Firefly", r"\bfirefly\b"),
    ("ComfyUI", r"\bcomfyui\b"),
    ("InvokeAI", r"\binvoke ?ai\b"),
    ("Fooocus", r"\bfooocus\b"),
    ("Google AI", r"\bmade with google ai\b|\bgoogle imagen\b|\bgemini\b|\bnano banana\b"),
    ("GPT image", r"\bgpt-?(?:4o|image)\b|\bchatgpt\b|\bopenai\b"),
    ("FLUX", r"\bflux\.?1\b|\bblack forest labs\b"),
    ("Bing Image Creator", r"\bimage creator\b|\bbing image\b"),
    ("Leonardo", r"\bleonardo\.ai\b"),
    ("Stable Diffusion", r"\bstable[ -]?diffusion\b|\bsdxl\b|\bautomatic1111\b|\bstability[ .]?ai\b"),
    ("Sakkan", r"\bsakkan (?:in-betweener|clean-up)\b"),
    ("AI", r"\b(?:ai[- ]generated|generated (?:by|with|using) (?:an? )?ai)\b|AI生成"),
)
_NAMED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _NAMES)
_MAKER_KEYS = frozenset({"software", "source", "creatortool", "generator", "claim_generator", "aisystemused"})
# A title may be "Gemini" and a Spanish description begin with "imagen": there, only a plain statement counts.
_SAID_KEYS = frozenset(
    {"title", "description", "imagedescription", "comment", "usercomment", "credit", "instructions"}
)
_STATED = (
    ("Midjourney", re.compile(r"\bJob ID: ?[0-9a-f]{8}-", re.IGNORECASE)),
    ("Google AI", re.compile(r"\bmade with google ai\b", re.IGNORECASE)),
    (
        "AI",
        re.compile(r"\b(?:ai[- ]generated|generated (?:by|with|using) (?:an? )?ai)\b|AI生成", re.IGNORECASE),
    ),
)
_OWN_KEYS = {
    "sd-metadata": "InvokeAI",
    "invokeai_metadata": "InvokeAI",
    "invokeai_graph": "InvokeAI",
    "dream": "InvokeAI",
    "fooocus_scheme": "Fooocus",
    "generation_data": "Stable Diffusion",
    "sd-prompt": "Stable Diffusion",
}
_PARAMETERS = re.compile(r"\bSteps: ?\d+.{0,400}\b(?:Sampler|CFG scale|Seed): ?", re.DOTALL | re.IGNORECASE)


def generator_of(texts: Iterable[tuple[str, str]]) -> str:
    """Return the name of the generator that embedded (key, value) texts speak of; "" if none does."""
    listed = list(texts)
    for key, value in listed:
        found = _by_form(key, value)
        if found:
            return found
    for key, value in listed:
        name = key.casefold().rsplit(":", 1)[-1]
        found = named(value) if name in _MAKER_KEYS else _stated(value) if name in _SAID_KEYS else ""
        if found:
            return found
    return ""


def named(text: str) -> str:
    """Return which generator a line such as CreatorTool names; "" for a tool that people draw with."""
    line = label(text, 2_000)
    return next((name for name, pattern in _NAMED if pattern.search(line)), "")


def _stated(text: str) -> str:
    return next((name for name, pattern in _STATED if pattern.search(text[:20_000])), "")


def _by_form(key: str, value: str) -> str:
    """Know a generator by the way it writes: its own key, a line of parameters, a graph of nodes, NovelAI's JSON."""
    name = key.casefold()
    if name in _OWN_KEYS:
        return _OWN_KEYS[name]
    if _PARAMETERS.search(value[:200_000]):
        return "Stable Diffusion"
    if name in {"prompt", "workflow", "comment"} and value.lstrip()[:1] == "{":
        return _by_json(value)
    return (
        "Stable Diffusion" if name == "parameters" and "negative prompt:" in value[:200_000].lower() else ""
    )


def _by_json(value: str) -> str:
    if len(value) > _MAX_JSON_CHARACTERS:
        return ""
    try:
        root = json.loads(value)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(root, dict):
        return ""
    if "nodes" in root or any(isinstance(node, dict) and "class_type" in node for node in root.values()):
        return "ComfyUI"
    return "NovelAI" if {"steps", "sampler"} <= set(root) else ""
