"""What is known along a radial before any cell beside it is looked at, and where it is kept.

The rows of the arrays that :mod:`hatangso.engines.radio.radial_geometry` and
:mod:`hatangso.engines.radio.path_figures` share are named here.
"""

import numpy as np

from hatangso.engines.radio.compilation import compiled, compiled_fast

#: Samples in a block whose highest point is kept. 16 was the fastest of 8, 16, 32 and 64.
BLOCK = 16

#: Stands for minus infinity, which the fast compilation does not know.
NONE = -1e30

# Rows of what is known along a radial.
TERRAIN, STEEP_T, BARE_T, FLAT_T, SUM_1, SUM_2 = range(6)
RADIAL_ROWS = 6

# Rows of the room to work in.
CURVED, BARE, INVERSE, TOP = range(4)
HULL, EDGE, AT_KM = 4, 5, 6  # of the curved surface
BARE_HULL, BARE_EDGE, BARE_AT_KM = 7, 8, 9  # of the curved terrain
ROOM_ROWS = 10

# Rows of the integers' room.
AT, BARE_AT, CREST, BARE_CREST = range(4)
STACK_ROWS = 4

# Rows of what the walk notes of a cell's path.
SEEN_R, SEEN_BARE_R, SEEN_FLAT_R, OBSTACLE, PARAMETER, FITTED_T, FITTED_R = range(7)
NOTES = 7


@compiled
def radial_room(n: int, step: float) -> np.ndarray:
    """Room for a walk to work in, for radials of n samples a step apart. [km]."""
    room = np.zeros((ROOM_ROWS, n))
    for k in range(1, n):
        room[INVERSE, k] = 1.0 / (k * step)
    return room


@compiled_fast
def find_crests(heights: np.ndarray, n: int, crests: np.ndarray) -> int:
    """Find the samples above the chord of their neighbours: no other is ever a hull's corner."""
    count = 0
    for i in range(1, n - 1):
        before = heights[i - 1] if i > 1 else NONE
        crests[count] = i
        count += int(heights[i] - before > heights[i + 1] - heights[i])
    return count


@compiled_fast
def prepare_radial(
    h: np.ndarray,
    c: np.ndarray,
    n: int,
    step: float,
    antenna_t: float,
    bulge: float,
    clear: int,
    cluttered: bool,
    room: np.ndarray,
    radial: np.ndarray,
) -> None:
    """Heights over the curved Earth, and what the transmitter sees of them."""
    terrain, steep_t, bare_t = radial[TERRAIN, :n], radial[STEEP_T, :n], radial[BARE_T, :n]
    flat_t, sum_1, sum_2 = radial[FLAT_T, :n], radial[SUM_1, :n], radial[SUM_2, :n]
    curved, bare, inverse = room[CURVED, :n], room[BARE, :n], room[INVERSE, :n]
    height_t = h[0] + antenna_t
    terrain[0] = h[0]
    steep_t[0] = bare_t[0] = flat_t[0] = NONE
    sum_1[0] = sum_2[0] = 0.0
    for i in range(1, n):
        x = i * step
        height = h[i]
        before = h[i - 1]
        flat = (height - height_t) * inverse[i]
        terrain[i] = height
        bare[i] = height - bulge * x * x
        flat_t[i] = flat  # (89b), less the ray's slope
        bare_t[i] = flat - bulge * x  # (77)
        sum_1[i] = step * (height + before)  # (85)
        sum_2[i] = step * (height * (3.0 * x - step) + before * (3.0 * x - 2.0 * step))  # (86)
    if cluttered:
        for i in range(1, n):
            lift = c[i] if i > clear else 0.0
            curved[i] = bare[i] + lift
            steep_t[i] = bare_t[i] + lift * inverse[i]  # (13), less bulge d
        highest = NONE
        for i in range(1, n):
            highest = max(highest, steep_t[i])
            steep_t[i] = highest
    highest_bare = NONE
    highest_flat = NONE
    total_1 = 0.0
    total_2 = 0.0
    for i in range(1, n):
        highest_bare = max(highest_bare, bare_t[i])
        highest_flat = max(highest_flat, flat_t[i])
        total_1 += sum_1[i]
        total_2 += sum_2[i]
        bare_t[i] = highest_bare
        flat_t[i] = highest_flat
        sum_1[i] = total_1
        sum_2[i] = total_2
    surface = room[CURVED if cluttered else BARE, :n]
    top = room[TOP]
    for block in range((n + BLOCK - 1) // BLOCK):
        highest = NONE
        for i in range(max(block * BLOCK, 1), min(block * BLOCK + BLOCK, n)):
            highest = max(highest, surface[i])
        top[block] = highest
