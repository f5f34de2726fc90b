"""Machine-readable and written wishes that nobody learns from a work: robots.txt, TDMRep, AIPREF, meta tags, terms.

Sources: RFC 9309 (robots.txt) with the agents that say they collect for AI; W3C community report TDMRep of 10 May 2024
(``/.well-known/tdmrep.json``, ``tdm-reservation``); IETF draft-ietf-aipref-vocab-06 (``Content-Usage: train-ai=n``,
still a draft: "n" is taken as no); ``noai`` meta tags as artists' sites use them. A wish is kept as it was found, with
the SHA-256 of what it stood in; a file without one says nothing, in particular not yes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from assets.rights.reading.base import Problem, Reading, Signal, SignalKind, label, sha256_hex, text_of
from assets.rights.reading.prose import read_prose

MAX_BYTES = 1024 * 1024
_MAX_SIGNALS = 200
AI_AGENTS = frozenset(
    {
        "ai2bot", "ai2bot-dolma", "amazonbot", "anthropic-ai", "applebot-extended", "bytespider", "ccbot",
        "chatgpt-user", "claude-web", "claudebot", "cohere-ai", "cohere-training-data-crawler", "diffbot",
        "facebookbot", "friendlycrawler", "google-extended", "googleother", "googleother-image", "gptbot",
        "icc-crawler", "imagesiftbot", "img2dataset", "kangaroo bot", "laion-huggingface-processor", "laiondownloader",
        "meta-externalagent", "oai-searchbot", "omgili", "omgilibot", "pangubot", "perplexitybot",
        "sidetrade indexer bot", "spawning-ai", "timpibot", "velenpublicwebcrawler", "webzio-extended", "youbot",
    }
)  # fmt: skip
_FORBIDDEN_TERMS = re.compile(
    r"\b(?:train-ai|train-genai|ai-train|genai|ai-use|tdm|bots|automated)\s*=\s*(?:n|no|\?0)\b"
)
_META = re.compile(r"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_IMAGE_RULE = re.compile(
    r"^(?:/|\*|/\*|\*?\.(?:png|jpe?g|gif|webp|svg|tiff?|psd|bmp|avif))\$?$", re.IGNORECASE
)
_TERMS_NAME = re.compile(
    r"(?i)(?:terms|tos|guidelines?|rules|readme|利用規約|規約|ガイドライン|注意事項).*\.(?:txt|md|html?|rst)"
)


def read_opt_out(name: str, data: bytes | str) -> Reading:
    """Read a file by its name: robots.txt, ai.txt, tdmrep.json, saved headers, web pages, terms. Never raises."""
    base = name.rsplit("/", 1)[-1].lower()
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    text = text_of(data, MAX_BYTES)
    digest = sha256_hex(raw)
    if base in {"robots.txt", "ai.txt"}:
        found = list(_robots(text))
    elif base == "tdmrep.json":
        return _tdmrep(text, digest, name)
    elif base in {"headers.txt", "http_headers.txt", "headers"}:
        found = list(_headers(text))
    elif base.endswith((".html", ".htm")):
        found = [*_meta_tags(text), *_terms(text)]
    elif _TERMS_NAME.fullmatch(base):
        found = list(_terms(text))
    else:
        return Reading()
    return Reading(signals=tuple(_signal(*one, digest, name) for one in found[:_MAX_SIGNALS]))


def is_opt_out_file(name: str) -> bool:
    """Say whether read_opt_out has something to look for in a file of this name."""
    base = name.rsplit("/", 1)[-1].lower()
    known = {"robots.txt", "ai.txt", "tdmrep.json", "headers.txt", "http_headers.txt"}
    return base in known or base.endswith((".html", ".htm")) or bool(_TERMS_NAME.fullmatch(base))


def usage_forbids(value: str) -> bool:
    """Say whether an AIPREF or Content-Signal value forbids training: "train-ai=n", "ai-train=no"."""
    return bool(_FORBIDDEN_TERMS.search(value.lower()))


def _signal(kind: SignalKind, value: str, forbids: bool, digest: str, path: str) -> Signal:  # noqa: FBT001 - a row
    return Signal(kind, label(value), forbids, digest, path)


_Found = tuple[SignalKind, str, bool]


def _robots(text: str) -> Iterator[_Found]:
    """Yield a signal per AI agent with rules about everything or about pictures, and per Content-Usage line."""
    agents: list[str] = []
    rules_begun = False
    for line in text.splitlines():
        name, _, value = line.split("#", 1)[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            agents = [] if rules_begun else agents
            agents.append(value.lower())
            rules_begun = False
        elif name in {"disallow", "allow"}:
            rules_begun = True
            for agent in agents:
                if (agent == "*" or agent in AI_AGENTS) and _IMAGE_RULE.fullmatch(value):
                    yield "robots", f"{agent}: {name} {value}", name == "disallow"
        elif name in {"content-usage", "content-signal"}:
            yield "aipref", f"{name}: {value}", usage_forbids(value)


def _tdmrep(text: str, digest: str, path: str) -> Reading:
    try:
        listed: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Reading(problems=(Problem(path, "tdmrep_unreadable"),))
    entries = listed if isinstance(listed, list) else [listed]
    found = []
    for entry in entries[:_MAX_SIGNALS]:
        if isinstance(entry, dict) and "tdm-reservation" in entry:
            reserved = str(entry["tdm-reservation"]).strip() in {"1", "True", "true"}
            value = (
                f"{entry.get('location', '/')}: tdm-reservation={int(reserved)} {entry.get('tdm-policy', '')}"
            )
            found.append(_signal("tdmrep", value, reserved, digest, path))
    return Reading(signals=tuple(found))


def _headers(text: str) -> Iterator[_Found]:
    for line in text.splitlines():
        name, _, value = line.partition(":")
        yield from _named_value(name.strip().lower(), value.strip())


def _meta_tags(text: str) -> Iterator[_Found]:
    for tag in _META.findall(text):
        values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        yield from _named_value(
            (values.get("name") or values.get("http-equiv", "")).lower(), values.get("content", "")
        )


def _named_value(name: str, value: str) -> Iterator[_Found]:
    """Yield what one header or meta tag says about mining and training, if anything."""
    if name == "tdm-reservation":
        yield "tdmrep", f"tdm-reservation={value}", value.strip() == "1"
    elif name in {"content-usage", "content-signal"}:
        yield "aipref", f"{name}: {value}", usage_forbids(value)
    elif name in {"robots", "x-robots-tag", "pinterest"} and re.search(
        r"\bno-?(?:image)?ai\b", value.lower()
    ):
        yield "robots", f"{name}: {value}", True


def _terms(text: str) -> Iterator[_Found]:
    plain = re.sub(r"<[^>]{0,2000}>", " ", text)
    if read_prose(plain).forbids_training:
        yield "terms", "training_forbidden", True
