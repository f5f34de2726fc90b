"""Three answers: deny beats ask, ask beats allow, and silence is no."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assets.rights.answers import Answer, best, worst

answers = st.lists(st.sampled_from(list(Answer)))


def test_deny_beats_ask_and_ask_beats_allow() -> None:
    assert worst([Answer.ALLOW, Answer.ASK]) is Answer.ASK
    assert worst([Answer.ASK, Answer.DENY, Answer.ALLOW]) is Answer.DENY
    assert best([Answer.ASK, Answer.DENY]) is Answer.ASK


def test_nothing_said_is_no_unless_the_caller_says_otherwise() -> None:
    assert worst([]) is Answer.DENY
    assert best([]) is Answer.DENY
    assert worst([], default=Answer.ALLOW) is Answer.ALLOW


@given(answers, st.sampled_from(list(Answer)))
def test_one_more_part_never_makes_the_whole_milder(parts: list[Answer], more: Answer) -> None:
    before = worst(parts, default=Answer.ALLOW)
    assert worst([before, worst([*parts, more])]) is worst([*parts, more])


@given(answers)
def test_order_does_not_matter(parts: list[Answer]) -> None:
    assert worst(parts) is worst(reversed(parts))
    assert best(parts) is best(reversed(parts))
