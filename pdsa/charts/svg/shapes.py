"""Markers: relative paths around the pen, so that a place and a shape make a marker."""

from functools import lru_cache

from msgspec import Struct


def circle(r: float) -> str:
    """Relative path of a circle around the pen."""
    r = round(r, 1)  # both arcs must meet half-way, or the circle comes out as an egg
    return f"m-{r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0-{2 * r:.1f} 0z"


def square(r: float) -> str:
    """Relative path of a square around the pen."""
    return f"m-{r:.1f}-{r:.1f}h{2 * r:.1f}v{2 * r:.1f}h-{2 * r:.1f}z"


def ringed_diamond(r: float) -> str:
    """Relative path of a diamond in a ring; fill it with the even-odd rule."""
    diamond = f"m0-{r:.1f}l{r:.1f} {r:.1f}l-{r:.1f} {r:.1f}l-{r:.1f}-{r:.1f}z"
    return f"{diamond}m0 {r:.1f}{circle(1.8 * r)}m{1.8 * r:.1f} 0{circle(1.5 * r)}"


def crossed(r: float) -> str:
    """Relative path of a circle with a cross inside."""
    c = 0.7 * r
    return f"{circle(r)}m{r - c:.1f}-{c:.1f}l{2 * c:.1f} {2 * c:.1f}m0-{2 * c:.1f}l-{2 * c:.1f} {2 * c:.1f}"


class Shapes(Struct, frozen=True):
    """Markers as relative paths: an ordinary point, one of a run, one outside the limits, a ghost."""

    dot: str
    run: str
    outside: str
    ghost: str


@lru_cache(maxsize=64)
def shapes(r: float) -> Shapes:
    """The markers around a radius; signals are larger."""
    return Shapes(circle(r), square(1.25 * r), ringed_diamond(1.4 * r), crossed(1.3 * r))


def _plus(r: float) -> tuple[float, float, str]:
    a, b = 0.42 * r, 1.45 * r - 0.42 * r
    arms = f"h{2 * a:.1f}v{b:.1f}h{b:.1f}v{2 * a:.1f}h-{b:.1f}v{b:.1f}h-{2 * a:.1f}v-{b:.1f}"
    return a, a + b, f"m-{a:.1f}-{a + b:.1f}{arms}h-{b:.1f}v-{2 * a:.1f}h{b:.1f}z"


def _square(r: float) -> tuple[float, float, str]:
    return 1.15 * r, 1.15 * r, square(1.15 * r)


def _up(r: float) -> tuple[float, float, str]:
    return 0, 1.5 * r, f"m0-{1.5 * r:.1f}l{1.4 * r:.1f} {2.4 * r:.1f}h-{2.8 * r:.1f}z"


def _down(r: float) -> tuple[float, float, str]:
    return 0, -1.5 * r, f"m0 {1.5 * r:.1f}l{1.4 * r:.1f}-{2.4 * r:.1f}h-{2.8 * r:.1f}z"


_TYPES = {"plus": _plus, "square": _square, "up": _up, "down": _down}


@lru_cache(maxsize=256)
def type_shape(name: str, r: float, ring: bool = False) -> str:
    """Relative path of ``plus``, ``square``, ``up`` or ``down``, in a ring if asked (even-odd)."""
    left, above, path = _TYPES[name](r)
    if not ring:
        return path
    return f"{path}m{left:.1f} {above:.1f}{ring_around(r)}"


def ring_around(r: float) -> str:
    """Relative path of a ring that has room for a marker of this radius (even-odd)."""
    outer, inner = 2.5 * r, 2.1 * r
    return f"{circle(outer)}m{outer:.1f} 0{circle(inner)}"
