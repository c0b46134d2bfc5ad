"""How likely it is that a region is the picture somebody put there, whoever found it.

Each search has a measure of its own. To be put in one order, these are turned into probabilities by
a logistic function of the measure and of the region's share of the picture, fitted to 576 copies of
62 photographs in 48 kinds of borders, screens, collages, pastes, tilts and photographed screens.
"""

import math
from dataclasses import dataclass, replace

from staydown.fingerprint.views.region import Region

#: Regions with less than that, as a score, aren't worth a look: one in two hundred.
LEAST = 0.345


@dataclass(frozen=True, slots=True)
class Weights:
    """What a search's own measure (0 to 1) and the logarithm of the share of the area count.

    ``other`` is the weight of something else that is known of a region (see ``likely``).
    """

    constant: float
    measure: float
    share: float
    other: float = 0.0


#: The other thing is that both these searches found the region (0 or 1).
TRIMMED = Weights(-6.6, 6.0, 0.0, 1.8)
EMBEDDED = Weights(-11.9, 13.6, 1.0, 1.6)
#: What is left of such a region without a border of its own.
INNER = Weights(-5.9, 6.7, 0.7)
TILTED = Weights(-2.2, 3.0, 0.9)
#: The other thing is the measure of the likeliest picture inside the quadrilateral.
SCREEN = Weights(-6.4, 8.7, 1.3, -3.5)
ON_SCREEN = Weights(-3.4, 6.7, 1.5)


def likely(region: Region, whole: float, weights: Weights, other: float = 0.0) -> Region:
    """Return ``region`` with the fifth root of its likelihood as its score.

    The root spreads the likelihoods, most of them small, over the scale. ``whole`` is the area of
    the picture in full pixels; ``other`` is what ``weights.other`` weighs.
    """
    share = min(1.0, max(_area(region) / whole, 1e-6))
    weighed = weights.constant + weights.measure * region.score + weights.share * math.log(share)
    odds = math.exp(-weighed - weights.other * other)
    return replace(region, score=(1.0 / (1.0 + odds)) ** (1 / 5))


def _area(region: Region) -> float:
    """The area of any quadrilateral."""
    (a, b), (c, d), (e, f), (g, h) = region.corners
    return 0.5 * abs((e - a) * (h - d) - (g - c) * (f - b))
