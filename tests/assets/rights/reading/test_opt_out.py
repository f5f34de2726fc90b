"""Wishes that nobody learns from a work, as sites and authors write them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.reading.opt_out import is_opt_out_file, read_opt_out, usage_forbids

FORBIDDING = [
    ("robots.txt", "User-agent: GPTBot\nDisallow: /\n", "robots"),
    ("robots.txt", "User-agent: *\nDisallow: /\n", "robots"),
    ("robots.txt", "User-agent: Googlebot\nUser-agent: CCBot # AI\nDisallow: /*\n", "robots"),
    ("robots.txt", "User-agent: *\nAllow: /\nContent-Usage: train-ai=n\n", "aipref"),
    ("robots.txt", "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n", "aipref"),
    ("ai.txt", "User-Agent: *\nDisallow: *.png\n", "robots"),
    (
        ".well-known/tdmrep.json",
        '[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://x.example/p"}]',
        "tdmrep",
    ),
    ("headers.txt", "HTTP/2 200\ntdm-reservation: 1\n", "tdmrep"),
    ("headers.txt", "x-robots-tag: noai, noimageai\n", "robots"),
    ("index.html", '<meta name="robots" content="noai, noimageai">', "robots"),
    ("index.html", "<META CONTENT='1' NAME='tdm-reservation'>", "tdmrep"),
    ("index.html", "<p>Use of these images for AI training is <b>prohibited</b>.</p>", "terms"),
    ("利用規約.txt", "本素材のAI学習への使用は禁止です。", "terms"),
    ("README.md", "Do not use this for training AI models.", "terms"),
]


@pytest.mark.parametrize(("name", "text", "kind"), FORBIDDING)
def test_a_no_is_heard(name: str, text: str, kind: str) -> None:
    assert is_opt_out_file(name)
    found = [signal for signal in read_opt_out(name, text.encode()).signals if signal.forbids]
    assert [signal.kind for signal in found] == [kind]
    assert found[0].raw_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert found[0].path == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("robots.txt", "User-agent: *\nDisallow: /admin\n"),
        ("robots.txt", "User-agent: Googlebot\nDisallow: /\n"),
        ("robots.txt", "User-agent: GPTBot\nAllow: /\n"),
        ("robots.txt", "Content-Usage: train-ai=y\n"),
        ("tdmrep.json", '[{"location": "/", "tdm-reservation": 0}]'),
        ("index.html", '<meta name="robots" content="noindex"><meta charset="utf-8">'),
        ("README.md", "Trained artists drew this."),
        ("hero.png", "GPTBot"),
    ],
)
def test_a_silence_or_a_yes_is_no_no(name: str, text: str) -> None:
    assert not [signal for signal in read_opt_out(name, text).signals if signal.forbids]


def test_agents_of_one_group_share_its_rules_and_the_next_group_begins_anew() -> None:
    text = "User-agent: GPTBot\nUser-agent: ClaudeBot\nDisallow: /\nUser-agent: CCBot\nAllow: /\n"
    found = {signal.value: signal.forbids for signal in read_opt_out("robots.txt", text).signals}
    assert found == {"gptbot: disallow /": True, "claudebot: disallow /": True, "ccbot: allow /": False}


@pytest.mark.parametrize(
    ("value", "forbids"),
    [
        ("train-ai=n", True),
        ("train-ai=y", False),
        ("bots=y, train-genai=n", True),
        ("ai-train=no", True),
        ("", False),
    ],
)
def test_usage_values(value: str, *, forbids: bool) -> None:
    assert usage_forbids(value) is forbids


def test_a_broken_tdmrep_is_a_problem() -> None:
    assert read_opt_out("tdmrep.json", "{").problems[0].code == "tdmrep_unreadable"


@given(
    st.sampled_from([name for name, _, _ in FORBIDDING]),
    st.one_of(st.binary(max_size=300), st.text(max_size=300)),
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(name: str, data: bytes | str) -> None:
    read_opt_out(name, data)
