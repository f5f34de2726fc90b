"""The main path on real drawings, wherever the folder of free-licensed art is there (it is in CI)."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from qa.demo import loader, plan
from qa.demo.report import demo_report
from qa.models import CheckRun, Flag

ROOT = Path(__file__).resolve().parents[2]
ART = ROOT.parent / "shared/data/dev"
pytestmark = [pytest.mark.realart, pytest.mark.slow]


@pytest.fixture(scope="session")
def art_plan(tmp_path_factory: pytest.TempPathFactory) -> plan.Plan:
    if not (ART / "MANIFEST.json").exists():
        pytest.skip("no folder of real art beside the checkout: the main path on real drawings was not run")
    folder = tmp_path_factory.mktemp("art") / "plan"
    subprocess.run(
        [sys.executable, "-m", "ml", "art-plan", str(ART), "--out", str(folder)], cwd=ROOT, check=True
    )
    return plan.read(folder)


@pytest.mark.django_db(transaction=True)
def test_real_cuts_are_checked_and_planted_drift_is_flagged(art_plan: plan.Plan, tmp_path: Path) -> None:
    with_truth = [cut for cut in art_plan.cuts if cut.truth][:4]
    clean = [cut for cut in art_plan.cuts if not cut.truth][:3]
    small = dataclasses.replace(art_plan, cuts=with_truth + clean)
    said: list[str] = []
    with override_settings(VAR_DIR=tmp_path):
        loader.load(small, say=said.append)
        report = demo_report(art_plan.code)
    assert CheckRun.objects.count() == len(small.cuts), said
    rows = [row for row in report["rows"] if row["drawing_id"]]
    assert sum(row["found"] for row in rows) * 2 >= len(rows), rows
    assert report["false_flags"] <= 0.2 * report["clean_drawings"], report
    assert all(flag.sentence_code and flag.drift > 0 for flag in Flag.objects.all())
