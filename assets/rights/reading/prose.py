"""What free text says about a licence: which licences it names, and which words restrict what may be done.

Written for READMEs, dataset cards and terms in English and Japanese. It finds evidence, it does not understand: a found
restriction means that a person has to read the text, and a restriction that is not found means nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assets.rights.expressions import LicenceText, options, read
from assets.rights.facets import facets_of
from assets.rights.spellings import address, symbol

MAX_CHARACTERS = 200_000
_MAX_MENTIONS = 40
_SHORT = 2_000

_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]{4,300}")
_CC = re.compile(
    r"\b(?:creative[\s-]commons?|cc|attribution(?=[\s-]+(?:non[\s-]?comm|share|no[\s-]?deriv|\d|intern)))"
    r"(?:[\s_-]+(?:creative[\s-]commons?|cc|attribution|by|non[\s-]?commercial|nc|share[\s-]?alike|sa"
    r"|no[\s-]?deriv(?:ative)?s?(?:[\s-]works?)?|nd|zero|0|universal|public|licen[sc]e|version|v(?=[\s.]?\d)"
    r"|international|unported|generic))*"
    r"(?:[\s_-]*v?\d\.\d)?",
    re.IGNORECASE,
)
_CC_JAPANESE = re.compile(
    r"(?:クリエイティブ[・ ]?コモンズ|CC)[\s・－-]*表示(?:[\s・－-]*(?:非営利|改変禁止|継承))*[\s・－-]*(?:\d\.\d)?",
    re.IGNORECASE,
)
_CC0 = re.compile(r"\bcc[\s_-]?(?:0|zero)\b(?:[\s_-]*1\.0)?|\bcreative commons zero\b", re.IGNORECASE)
_GNU = re.compile(
    r"\b(?:GNU\s+)?(?:(?:(?:lesser|library|affero)\s+)?general\s+public\s+licen[sc]e|free\s+documentation\s+licen[sc]e)"
    r"(?:,?\s+(?:version|v\.?)?\s*\d(?:\.\d)?)?(?:\s*\+|\s+or\s+(?:any\s+)?later)?"
    r"|\b(?:GNU[\s-]+)?(?:[AL]?GPL|GFDL)(?:[\s-]*v?\d(?:\.\d)?)?(?:\s*\+|[\s-]or[\s-]later)?",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\bMIT(?=[\s-]+licen[sc]e)|\bthe MIT\b"
    r"|\bApache(?:[\s-]+(?:Software[\s-]+)?Licen[sc]e)?,?[\s-]*(?:version|v)?[\s-]*2(?:\.0)?"
    r"|\bBSD[\s-]+[23][\s-]Clause(?:[\s-]Clear)?|\b[23][\s-]Clause BSD|\bODC[\s-]BY\b|\bODbL\b|\bPDDL\b"
    r"|\bC-UDA\b|\bO-UDA\b|\bUnlicense\b|\bWTFPL\b|\bMPL[\s-]?2\.0|\bCDLA-\w+-\d\.\d|\bOGA-BY(?:[\s-]3\.0)?"
    r"|\b(?:SIL )?Open Font Licen[sc]e(?:,? (?:version )?1\.1)?|\bFree Art Licen[sc]e(?: 1\.3)?"
    r"|\b(?:\w+-)?Open(?:-)?RAIL(?:\+\+)?(?:-M)?\b",
    re.IGNORECASE,
)
_BOTH_USES = re.compile(
    r"(?<!non-)(?<!non )\bcommercial(?:ly)?\s*(?:,|/|or|and|as well as|and/or)\s*(?:for\s+)?non[\s-]?commercial\w*"
    r"|\bnon[\s-]?commercial\w*\s*(?:,|/|or|and|as well as|and/or)\s*(?:for\s+)?commercial\w*"
    r"|\b(?:academic|research|scientific|educational)\s*(?:,|/|or|and|as well as|and/or)\s*commercial\w*"
    r"|\bcommercial\s*(?:,|/|or|and|as well as|and/or)\s*(?:academic|research|scientific|educational)",
    re.IGNORECASE,
)
_LICENCE_NAMES_NC = re.compile(r"(?:attribution|by)[\s-]+non[\s-]?commercial", re.IGNORECASE)
_PURPOSE = r"(?:academic|scientific|educational|research|teaching|non[\s-]?profit|scholarly)"
RESTRICTIONS: dict[str, re.Pattern[str]] = {
    "non_commercial": re.compile(
        r"\bnon[\s-]?commer[ci]{1,3}al|\bnot[\s-]for[\s-]profit use|\bpersonal use only|\bfree for personal use"
        r"|\b(?:not|no|never|without|prohibit\w*|forbid\w*|exclud\w*|restrict\w*)\b[^.\n]{0,40}\bcommercial(?:ly)?\b"
        r"|\bcommercial\b[^.\n]{0,60}\b(?:prohibited|forbidden|not (?:allowed|permitted)|restricted|excluded"
        r"|requires?|separate licen[sc]e)|\bcommons clause\b|\bCC[\s-]BY[\s-]NC\b"
        r"|非商用|非営利|(?:商用|営利)[^。\n]{0,12}(?:不可|禁止|禁じ|できません|認め(?:ません|られない)|要相談)",
        re.IGNORECASE,
    ),
    "research_only": re.compile(
        rf"\b(?:only|solely|exclusively|strictly|limited|intended|restricted|permitted|used|available|free)?\s*"
        rf"(?:for|to)\s+(?:the\s+)?{_PURPOSE}(?:\W+(?:and|or|and/or|/)?\W*\w+)?\W+(?:purposes?|use|usage|work)\b"
        rf"|\b{_PURPOSE}[\s-]+(?:use|usage|purposes?)?[\s-]*only\b|\bonly\b[^.\n]{{0,30}}\b{_PURPOSE}\b"
        rf"|(?:研究|学術|教育)(?:目的|用途|利用)?[^。\n]{{0,6}}(?:のみ|に限|限定)",
        re.IGNORECASE,
    ),
    "no_derivatives": re.compile(
        r"\bno[\s-]?derivativ|\b(?:may|must|shall|can) ?not be (?:modified|altered|adapted|edited)"
        r"|\b(?:do not|don't) (?:modify|alter|edit|adapt)\b(?! the licen)|\bdenaturali[sz]ation\b"
        r"|改変[^。\n]{0,8}(?:禁止|不可)|加工[^。\n]{0,8}(?:禁止|不可)",
        re.IGNORECASE,
    ),
    "no_redistribution": re.compile(
        r"\b(?:do not|don't|may not|must not|not be|no|without|prohibits?)\b[^.\n]{0,20}"
        r"\bre-?(?:distribut|upload|sell|sold)"
        r"|(?:二次|再)配布[^。\n]{0,8}(?:禁止|不可)|無断転載",
        re.IGNORECASE,
    ),
    "permission_needed": re.compile(
        r"\b(?:contact|ask|e-?mail|write to)\b[^.\n]{0,60}\b(?:licen[sc]|permission|copyright|information|before)"
        r"|\bpermission[^.\n]{0,20}\b(?:required|needed|necessary)|\b(?:needs?|requires?|seek) permission"
        r"|(?<!specific )\bprior (?:written )?(?:permission|consent|approval)|\bupon request\b"
        r"|(?:使用|利用)許可|許可[^。\n]{0,6}(?:必要|要)|要許可|無断(?:使用|利用|転用)",
        re.IGNORECASE,
    ),
    "further_terms": re.compile(
        r"\b(?:bound by|subject to|governed by|comply(?:ing)? with|agree(?:s|ing)? (?:to|with)|adhere to|abide by)\b"
        r"(?:(?!\bthis\b|\bfollowing\b)[^.\n]){0,90}?\b(?:terms of (?:use|service)|terms and conditions|user agree+ment"
        r"|(?:api|usage|copyright|content) (?:terms|polic\w+))\b(?!\s+of\s+(?:this|the)\s+(?:\w+\s+)?licen[sc]e)"
        r"|\bhinges on the legal status\b|利用規約に(?:従|準)",
        re.IGNORECASE,
    ),
    "third_party_rights": re.compile(
        r"\b(?:do|does) not (?:own|hold)\b[^.\n]{0,60}|\b(?:belongs?|belonging|owned by)\b[^.\n]{0,20}"
        r"\b(?:original|respective|third)\b|\bthird[\s-]party (?:rights?|copyright)",
        re.IGNORECASE,
    ),
    "training_forbidden": re.compile(
        r"\b(?:may|must|shall|can|do|does|is|are)? ?(?:not|no|never|prohibit\w*|forbid\w*)\b[^.\n]{0,80}"
        r"\b(?:machine[\s-]learning|generative ai|ai[\s-]training"
        r"|(?:train\w*)\b[^.\n]{0,40}\b(?:ai|model|network|neural)|text and data mining|data[\s-]mining|tdm)\b"
        r"|\b(?:ai|machine[\s-]learning|data[\s-]mining|model)[\s-](?:training|use|learning)?[^.\n]{0,30}"
        r"\b(?:prohibited|forbidden|not (?:allowed|permitted))|\bno[\s-]?ai\b"
        r"|(?:AI|ＡＩ|機械|無断|生成)[^。\n]{0,8}(?:学習|生成)[^。\n]{0,14}(?:禁止|不可|禁じ|お断り|やめて|しないで|ご遠慮)",
        re.IGNORECASE,
    ),
}
_PLACEHOLDER = re.compile(
    r"\[?\b(?:more|needs more) information(?: needed)?\b\]?(?:\([^)\s]*\))?|\[section absent\]|\[optional\]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Prose:
    """Licences that a text names, in its order, and codes of the restrictions whose words it has."""

    mentions: tuple[LicenceText, ...] = ()
    restrictions: tuple[str, ...] = ()

    @property
    def forbids_training(self) -> bool:
        """Whether the text has words against training on it."""
        return "training_forbidden" in self.restrictions


def read_prose(text: str) -> Prose:
    """Return the evidence in a text; only its first MAX_CHARACTERS characters are looked at.

    Short texts are remembered: the same line of rights stands in every picture of a set.
    """
    return _read_short(text) if len(text) < _SHORT else _read_prose(text)


@lru_cache(maxsize=2048)
def _read_short(text: str) -> Prose:
    return _read_prose(text)


def _read_prose(text: str) -> Prose:
    text = _PLACEHOLDER.sub(" ", text[:MAX_CHARACTERS])
    text = re.sub(
        r"__+|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)", " ", text
    )  # Markdown's emphasis would hide a name's edges
    spaced = re.sub(r"[ \t]*\n[ \t>*]*(?=\S)", " ", re.sub(r"\n\s*\n", " .\n", text))
    return Prose(_mentions(spaced, text), _restrictions(spaced))


def _restrictions(text: str) -> tuple[str, ...]:
    text = _BOTH_USES.sub(" any ", _URL.sub(" ", text))
    found = [code for code, pattern in RESTRICTIONS.items() if pattern.search(text)]
    return tuple(found)


def _mentions(text: str, lines: str) -> tuple[LicenceText, ...]:
    found: list[tuple[int, str]] = []
    for url in _URL.finditer(text):
        licence = address(url.group())
        if licence:
            found.append((url.start(), licence))
    bare = _URL.sub(lambda match: " " * len(match.group()), text)
    for pattern in (_CC0, _CC, _CC_JAPANESE, _GNU, _OTHERS):
        for match in pattern.finditer(bare):
            licence = _named(match.group())
            if licence:
                found.append((match.start(), licence))
    names = [licence for _, licence in sorted(found)][:_MAX_MENTIONS]
    texts = [read(name) for name in dict.fromkeys([*names, *_whole_lines(lines)])]
    return _without_vague(tuple(texts))


def _named(words: str) -> str | None:
    words = " ".join(words.replace("_", "-").split()).rstrip(" -,.")
    found = symbol(words)
    if (
        found is None
        and re.match(r"(?i)(cc|creative)", words)
        and re.search(r"(?i)\b(sa|nc|nd|share|non)", words)
    ):
        found = symbol(
            re.sub(r"(?i)^(cc|creative[ -]commons?)[ -]+", "CC BY ", words)
        )  # "CC-SA" is meant as CC BY-SA
    return found


def _whole_lines(text: str) -> list[str]:
    """Return short lines that are nothing but a licence that we have read: "MIT", "CC BY-SA 4.0".

    Names that nobody reviewed are left out: "JSON", "Ruby" and "curl" are licences too, and words of every README.
    """
    lines = (re.sub(r"^[\s>*`#|-]+|[\s`*.|]+$", "", line) for line in text.splitlines()[:400])
    named = [read(line) for line in lines if 2 < len(line) < 120]
    return [
        one.spdx for one in named if one.is_known and all(facets_of(s) for o in options(one.spdx) for s in o)
    ]


def _without_vague(texts: tuple[LicenceText, ...]) -> tuple[LicenceText, ...]:
    """Drop "CC BY" beside "CC BY 4.0" and "GPL" beside "GPL 3": the same licence, named a second time."""
    full = " ".join(text.spdx for text in texts)
    kept = []
    for text in texts:
        stem = text.spdx.removeprefix("LicenseRef-").removesuffix("-unversioned")
        vague = text.spdx.endswith("-unversioned") and re.search(rf"(?<!\w){re.escape(stem)}-\d", full)
        if not vague:
            kept.append(text)
    return tuple(kept)
