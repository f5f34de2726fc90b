"""CBOR of strangers: read to the letter of RFC 8949, and bounded."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rights.reading.cbor import MAX_ITEMS, NotCbor, loads


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("00", 0),
        ("1864", 100),
        ("3863", -100),
        ("f5", True),
        ("f6", None),
        ("f93c00", 1.0),
        ("fb3ff199999999999a", 1.1),
        ("6449455446", "IETF"),
        ("4401020304", b"\x01\x02\x03\x04"),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
        ("c11a514b67b0", 1363896240),  # a tag gives its content
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("7f657374726561646d696e67ff", "streaming"),
        ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
    ],
)
def test_the_examples_of_the_standard_are_read(digits: str, value: object) -> None:
    assert loads(bytes.fromhex(digits)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x18",
        b"\x61",
        b"\x82\x01",
        b"\x1c",
        b"\x9b" + b"\xff" * 8,
        b"\x81" * 100,
        b"\x9f\x01",
        b"\xbf\x01\xff",
        b"\x5f\x01\xff",
    ],
)
def test_what_is_cut_off_too_deep_or_too_long_is_refused(data: bytes) -> None:
    with pytest.raises(NotCbor):
        loads(data)


def test_too_many_items_are_refused() -> None:
    with pytest.raises(NotCbor):
        loads(b"\x9f" + b"\x00" * (MAX_ITEMS + 1) + b"\xff")


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotCbor):
        loads(data)
