"""What pictures say about themselves, from their original bytes."""

from __future__ import annotations

import io
import json
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from assets.rights.reading.containers import MAX_TEXT_BYTES, MAX_TOTAL_BYTES, extract
from assets.rights.reading.embedded import read_embedded
from tests.assets.rights.reading import samples

WITH_XMP = {
    "png": samples.png_xmp(samples.RIGHTS_XMP),
    "jpeg": samples.jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + samples.RIGHTS_XMP),
    "webp": samples.picture("WEBP", xmp=samples.RIGHTS_XMP),
    "tiff": samples.picture("TIFF", tiffinfo={700: samples.RIGHTS_XMP}),
    "psd": samples.psd(samples.resource(1060, samples.RIGHTS_XMP)),
}


@pytest.mark.parametrize("kind", sorted(WITH_XMP))
def test_xmp_tells_licence_holder_wishes_and_source_in_every_container(kind: str) -> None:
    found = read_embedded(WITH_XMP[kind])
    (claim,) = found.claims
    assert (claim.where, claim.kind, claim.licence.spdx) == ("XMP", "detected", "CC-BY-NC-4.0")
    assert claim.holders == ("Ann Artist",)
    assert claim.attribution == "Ann Artist"
    assert claim.url == "https://creativecommons.org/licenses/by-nc/4.0/"
    (wish,) = found.signals
    assert (wish.kind, wish.value, wish.forbids) == ("plus", "DMI-PROHIBITED-AIMLTRAINING", True)
    assert found.marks.digital_source_type == "trainedAlgorithmicMedia"
    assert found.marks.tool == "CLIP STUDIO PAINT"
    assert found.marks.says_generated
    assert not found.problems


def test_a_plain_resave_loses_it_all_which_is_why_original_bytes_are_read() -> None:
    stream = io.BytesIO()
    Image.open(io.BytesIO(WITH_XMP["png"])).save(stream, "PNG")
    assert read_embedded(WITH_XMP["png"]).claims
    assert not read_embedded(stream.getvalue()).claims


@pytest.mark.parametrize(
    ("term", "forbids"),
    [
        ("DMI-PROHIBITED", True),
        ("DMI-PROHIBITED-GENAIMLTRAINING", True),
        ("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", True),
        ("DMI-PROHIBITED-SEECONSTRAINT", True),
        ("DMI-ALLOWED", False),
        ("DMI-UNSPECIFIED", False),
    ],
)
def test_every_term_of_plus_is_taken_as_meant(term: str, *, forbids: bool) -> None:
    body = f'<plus:DataMining rdf:resource="http://ns.useplus.org/ldf/vocab/{term}"/>'
    (wish,) = read_embedded(samples.png_xmp(samples.xmp(body))).signals
    assert (wish.value, wish.forbids) == (term, forbids)


@pytest.mark.parametrize(
    ("statement", "status", "spdx", "holders"),
    [
        ("CC BY 4.0", "known", "CC-BY-4.0", ()),
        ("© 2024 Studio Example", "missing", "", ("Studio Example",)),
        ("Ann Artist", "missing", "", ("Ann Artist",)),
        ("© 2024 Studio Example. All rights reserved.", "unknown", "", ("Studio Example",)),
        ("Copyright Ann. Licensed under CC BY-SA 4.0", "known", "CC-BY-SA-4.0", ("Ann",)),
        ("無断転載・AI学習禁止", "unknown", "", ()),
    ],
)
def test_a_rights_field_is_a_licence_a_holder_or_a_reservation(
    statement: str, status: str, spdx: str, holders: tuple[str, ...]
) -> None:
    (claim,) = read_embedded(samples.png({"Copyright": statement})).claims
    assert (claim.licence.status, claim.licence.spdx, claim.holders) == (status, spdx, holders)


def test_a_web_page_about_the_studio_is_no_licence() -> None:
    body = "<xmpRights:WebStatement>https://studio.example/about</xmpRights:WebStatement>"
    (claim,) = read_embedded(samples.png_xmp(samples.xmp(body))).claims
    assert claim.licence.status == "missing"
    assert claim.url == "https://studio.example/about"


@pytest.mark.parametrize("packed", [False, True])
def test_png_texts_are_read_packed_or_not(*, packed: bool) -> None:
    found = read_embedded(samples.png({"License": "CC0", "Author": "Ann"}, packed=packed))
    assert found.claims[0].licence.spdx == "CC0-1.0"
    assert found.claims[0].attribution == "Ann"


@pytest.mark.parametrize(
    ("texts", "generator"),
    [
        ({"parameters": samples.PARAMETERS}, "Stable Diffusion"),
        ({"prompt": json.dumps({"3": {"class_type": "KSampler", "inputs": {}}})}, "ComfyUI"),
        ({"workflow": json.dumps({"nodes": [], "links": []})}, "ComfyUI"),
        ({"Software": "NovelAI", "Comment": json.dumps({"steps": 28, "sampler": "k_euler"})}, "NovelAI"),
        ({"Comment": json.dumps({"steps": 28, "sampler": "k_euler"})}, "NovelAI"),
        ({"invokeai_metadata": "{}"}, "InvokeAI"),
        ({"Software": "Adobe Firefly"}, "Adobe Firefly"),
        ({"Software": "CLIP STUDIO PAINT"}, ""),
        ({"Software": "Adobe Photoshop 2025", "Comment": "genga, cut 12"}, ""),
        ({"Description": "a fox --v 6 Job ID: 1b2c3d4e-0000-4000-8000-000000000000"}, "Midjourney"),
        ({"Title": "AI generated image"}, "AI"),
        ({"Title": "Gemini", "Description": "imagen de fondo, OpenAI no"}, ""),
        ({"prompt": "draw it faster"}, ""),
        ({"workflow": "{not json"}, ""),
        ({"Title": "The imagined parameters of Stable"}, ""),
    ],
)
def test_generators_are_known_by_what_they_write(texts: dict[str, str], generator: str) -> None:
    assert read_embedded(samples.png(texts)).marks.generator == generator


def test_exif_of_jpeg_and_webp_is_read_with_the_prompt_in_the_user_comment() -> None:
    exif = Image.Exif()
    exif[33432], exif[315], exif[305] = "CC BY-ND 4.0", "Ann", "CLIP STUDIO PAINT"
    exif.get_ifd(34665)[37510] = b"UNICODE\x00" + samples.PARAMETERS.encode("utf-16-be")
    for kind in ("JPEG", "WEBP", "PNG"):
        found = read_embedded(samples.picture(kind, exif=exif.tobytes()))
        assert found.claims[0].licence.spdx == "CC-BY-ND-4.0", kind
        assert found.marks.generator == "Stable Diffusion", kind
        assert found.marks.tool == "CLIP STUDIO PAINT", kind


@pytest.mark.parametrize("kind", ["jpeg", "psd"])
def test_iptc_is_read_from_photoshop_resources(kind: str) -> None:
    block = samples.resource(1028, samples.iim((80, "Ann"), (116, "(c) Ann, CC BY 4.0")))
    data = samples.psd(block) if kind == "psd" else samples.jpeg_with(0xED, b"Photoshop 3.0\x00" + block)
    (claim,) = read_embedded(data).claims
    assert (claim.where, claim.licence.spdx, claim.attribution) == ("IPTC", "CC-BY-4.0", "Ann")


def test_an_svg_with_inkscapes_metadata_is_read() -> None:
    svg = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><metadata>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#">'
        '<cc:Work rdf:about=""><cc:license rdf:resource="http://creativecommons.org/licenses/by-sa/4.0/"/></cc:Work>'
        "</rdf:RDF></metadata></svg>"
    )
    assert read_embedded(svg.encode()).claims[0].licence.spdx == "CC-BY-SA-4.0"


def test_a_real_c2pa_manifest_tells_source_tool_and_wishes_and_is_not_verified() -> None:
    found = read_embedded(samples.C2PA_WEBP.read_bytes())
    assert found.marks.digital_source_type == "trainedAlgorithmicMedia"
    assert found.marks.generator == "GPT image"
    assert {signal.value.split(":")[0]: signal.forbids for signal in found.signals} == {
        "cawg.ai_generative_training": True,
        "cawg.data_mining": True,  # constrained: no, until the constraint is read
        "cawg.ai_inference": False,
    }
    assert all("not verified" in signal.value for signal in found.signals)
    assert [problem.code for problem in found.problems] == ["c2pa_found_not_verified"]


def test_a_c2pa_block_is_put_together_from_the_pieces_of_a_jpeg() -> None:
    content = samples.box(
        b"json", json.dumps({"entries": {"c2pa.ai_training": {"use": "notAllowed"}}}).encode()
    )
    whole = samples.superbox("c2pa", samples.superbox("c2pa.training-mining", content))
    head, rest = whole[:8], whole[8:]
    pieces = [rest[:40], rest[40:]]
    data = samples.picture("JPEG")
    segments = b""
    for number, piece in enumerate(pieces, start=1):
        body = b"JP" + struct.pack(">HI", 1, number) + head + piece
        segments += b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body
    (signal,) = read_embedded(data[:2] + segments + data[2:]).signals
    assert signal.forbids


def test_what_is_no_picture_says_nothing() -> None:
    for data in (b"", b"hello", b"%PDF-1.7", b"PK\x03\x04"):
        assert read_embedded(data) == read_embedded(b"")


def test_a_picture_that_is_cut_off_is_a_problem_and_keeps_what_came_before() -> None:
    whole = samples.png({"License": "CC0"})
    found = read_embedded(whole[: whole.index(b"IDAT") + 8])
    assert found.claims[0].licence.spdx == "CC0-1.0"
    assert "picture_cut_off" in [problem.code for problem in found.problems]


def test_a_text_that_inflates_to_gigabytes_is_stopped() -> None:
    bomb = zlib.compress(b"\x00" * 40_000_000, 9)
    chunk = b"zTXt", b"Comment\x00\x00" + bomb
    body = struct.pack(">I", len(chunk[1])) + chunk[0] + chunk[1] + b"\x00" * 4
    base = samples.picture("PNG")
    started = time.perf_counter()
    found = extract(base[:-12] + body * 500 + base[-12:])
    assert found.total_bytes <= MAX_TOTAL_BYTES + 3 * MAX_TEXT_BYTES
    assert "text_too_large" in found.problems
    assert time.perf_counter() - started < 5


def test_xml_that_expands_itself_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    found = read_embedded(samples.png_xmp(bomb))
    assert [problem.code for problem in found.problems] == ["xmp_unreadable"]


GOOD = [*WITH_XMP.values(), samples.png({"parameters": samples.PARAMETERS}), samples.C2PA_WEBP.read_bytes()]


@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 255)), max_size=20),
    st.integers(0, 6_000),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_breaks_it(data: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    read_embedded(bytes(damaged))
    read_embedded(bytes(damaged[: cut % len(damaged)]))


@given(
    st.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF\x00\x00\x00\x00WEBP",
            b"II*\x00",
            b"MM\x00*",
            b"8BPS",
            b"\x00\x00\x00\x20jumb",
        ]
    ),
    st.binary(max_size=600),
)
@settings(max_examples=300, deadline=None)
def test_no_noise_behind_a_magic_number_breaks_it(magic: bytes, noise: bytes) -> None:
    read_embedded(magic + noise)
