"""Vectors of works whose holder has withdrawn: removed everywhere, and not kept again.

A check may still look at such a drawing, where it stands in a cut: its vector is made, used and forgotten.
"""

from __future__ import annotations

from assets.models import BarredContent
from assets.services import withdrawals
from qa.models import Embedding
from qa.services import archive
from studio.core.jobs import Lease

_ROWS = 2_000


def forget(lease: Lease, withdrawal_id: int) -> None:
    """Remove the vectors that a withdrawal bars, then bring the archive's index up to it. The worker's entry.

    May be killed and started again at any point: what is gone is gone, and the rest is still listed.

    Raises:
        NotFound: no such withdrawal. StaleInput: the lease is lost.
    """
    contents = list(
        BarredContent.objects.filter(withdrawal=withdrawal_id)
        .order_by("pk")
        .values_list("content_sha256", flat=True)
    )
    count = 0
    for start in range(0, len(contents), _ROWS):
        part = contents[start : start + _ROWS]
        gone, _by_model = Embedding.objects.filter(content_sha256__in=part).delete()
        count += gone
        lease.progress(min(start + _ROWS, len(contents)), len(contents), "vectors")
    archive.request(actor=None)
    withdrawals.vectors_removed(lease, withdrawal_id, count)
