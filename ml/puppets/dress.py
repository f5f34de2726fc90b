"""Dresses a figure: in which order body and clothes are painted, by view and pose."""

from __future__ import annotations

from collections.abc import Callable

from ml.puppets import body, clothes, clothes_legs, collars, overwear
from ml.puppets.design import WHOLE, Design
from ml.puppets.figure import Figure
from ml.puppets.garments import LEGS, SKIRTS
from ml.puppets.skeleton import Skeleton
from ml.puppets.wear import Wear


class Dresser:
    """Paints one figure below the head in turns, so that hair and worn things come between them.

    `behind` first, then `middle`, `arms`, `front`, and `over` after the head.
    """

    def __init__(
        self, figure: Figure, skeleton: Skeleton, design: Design, worn: Callable[[float], None] | None = None
    ) -> None:
        """Sort the limbs by what they lie before; `worn(side)` paints what is worn on an arm."""
        self.wear = Wear(figure, skeleton, design)
        self._worn = worn
        pose = skeleton.pose
        near, far = (-1.0, 1.0) if pose.yaw >= 0 else (1.0, -1.0)
        sides = (far, near)
        turned = 20 < abs(pose.yaw) < 160
        self._behind = [s for s in sides if self._is_behind(s) or (turned and s == far)]
        shown = [s for s in sides if s not in self._behind]
        self._raised = [s for s in shown if skeleton.arm(s).joints[2][1] < skeleton.upper_y(0.89)]
        self._hanging = [s for s in shown if s not in self._raised]
        self._lifted = [s for s in sides if self._is_lifted(s) and not (turned and s == far)]
        self._standing = [s for s in sides if s not in self._lifted]
        self._crossing = [s for s in sides if s not in self._raised and self._is_crossing(s)]

    def _is_behind(self, side: float) -> bool:
        """Return whether an arm is held behind the trunk, seen from the viewer."""
        arm = self.wear.skeleton.arm(side)
        return arm.end_depth < -24 and arm.depth < 0

    def _is_lifted(self, side: float) -> bool:
        """Return whether a knee is drawn up before the trunk."""
        sk = self.wear.skeleton
        leg = sk.leg(side)
        drawn_up = float(leg.joints[1][1]) < sk.y(0.655)
        return drawn_up and sk.cosine > -0.5 and (leg.depth > 20 or abs(sk.sine) > 0.34)

    def _is_crossing(self, side: float) -> bool:
        """Return whether a forearm lies before the trunk."""
        sk = self.wear.skeleton
        arm = sk.arm(side)
        away = abs(float(arm.joints[2][0]) - 0.5 * sk.head_pivot()[0])
        return arm.end_depth > 16 and away < sk.build.shoulder * 0.75

    def behind(self) -> None:
        """Paint what lies behind the trunk: cape and far arms."""
        if "cape" in self.wear.costume.extras and not self.wear.away:
            overwear.draw_cape(self.wear)
        for side in self._behind:
            self._arm(side)

    def middle(self, head_yaw: float) -> None:
        """Paint legs, neck and the clothes of the trunk."""
        wear, costume = self.wear, self.wear.costume
        whole = costume.top in WHOLE
        if not whole and costume.bottom in LEGS:
            clothes_legs.draw_pelvis(wear)
        for side in self._standing:
            clothes_legs.draw_leg_worn(wear, side)
        body.draw_neck(wear.figure, wear.skeleton, head_yaw)
        # drawn-up knees lie before a short top, and under a long one
        top_first = bool(self._lifted) and not wear.cut.lower
        if top_first:
            self._top()
        for side in self._lifted:
            clothes_legs.draw_leg_worn(wear, side)
        if not whole and costume.bottom in SKIRTS:
            clothes_legs.draw_skirt(wear)
        elif not whole:
            clothes_legs.draw_bottom_details(wear)
        if not top_first:
            self._top()
        if "apron" in costume.extras:
            overwear.draw_apron(wear)

    def _top(self) -> None:
        """Paint the top and its pattern."""
        clothes.draw_top(self.wear)
        if self.wear.costume.pattern:
            overwear.draw_pattern(self.wear)

    def arms(self) -> None:
        """Paint the arms that hang before the trunk."""
        for side in self._hanging:
            self._arm(side)

    def front(self) -> None:
        """Paint collar and cape, then forearms that cross them."""
        wear = self.wear
        collars.draw_collar(wear)
        if "cape" in wear.costume.extras:
            if wear.away:
                overwear.draw_cape(wear)
            overwear.draw_cape_collar(wear)
        for side in self._crossing:
            self._arm(side, lower=True)

    def over(self) -> None:
        """Paint the arms that are raised before the head."""
        for side in self._raised:
            self._arm(side)

    def _arm(self, side: float, *, lower: bool = False) -> None:
        """Paint an arm with its sleeve; `lower` = only the forearm."""
        wear = self.wear
        role = "crossing_" if lower else ""
        start = max(0.0, 0.96 * wear.costume.sleeve - 0.1, 0.42 if lower else 0.0)
        gloves = "gloves" in wear.costume.extras
        body.draw_arm(wear.figure, wear.skeleton, side, start, gloves=gloves, role=role)
        clothes.draw_sleeve(wear, side, lower=lower, role=role)
        if self._worn is not None and not lower:
            self._worn(side)
