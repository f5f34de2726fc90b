"""Tables of the command line up against long lists and Japanese text."""

from __future__ import annotations

import pytest

from studio.cli import table


def _row(number: int, problem: dict[str, str] | None = None) -> dict[str, object]:
    return {"path": f"A{number:04}.png", "cell": "A", "number": str(number), "problem": problem}


def test_columns_are_as_wide_as_japanese_text_is_shown() -> None:
    said = table.lines(["a", "b"], [["頭", "x"], ["abc", "y"]])
    assert said == ["a    b", "---  -", "頭   x", "abc  y"]


def test_a_long_list_is_shortened_but_every_problem_is_shown() -> None:
    problem = {"severity": "refused", "message": "No."}
    rows = [*(_row(number) for number in range(1, 100)), _row(100, problem)]
    said = table.understanding({"rows": rows, "rule_id": "number", "problems": []})
    assert "… and 59 more that were read in the same way" in said
    assert any("A0100.png" in line and "No." in line for line in said)


@pytest.mark.parametrize("line", [{"problems": []}, {"status": "taken", "path": "a"}])
def test_files_without_problems_are_not_in_the_report(line: dict[str, object]) -> None:
    assert table.report([line]) == []
