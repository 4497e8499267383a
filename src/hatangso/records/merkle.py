"""The Merkle tree of RFC 9162 (Certificate Transparency 2.0), section 2.1: pure, on bytes.

The root of the first n leaves says all about them. Who holds a root can be shown that an entry
is in the tree (inclusion), and that a later tree still begins with it (consistency), without
seeing the others. Hash: SHA-256. All costs are counted in hashes; n is the number of leaves.
"""

import hashlib
from collections.abc import Iterable, Sequence

#: Root of the tree without leaves (2.1.1).
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf: of 0x00 and the entry (2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node: of 0x01 and the hashes of both children (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: one root for each whole subtree, O(log n) kept.

    ``add`` costs one hash a leaf on average, ``root`` O(log n).
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Put a leaf's hash at the end."""
        height, top = 0, leaf
        while self._peaks and self._peaks[-1][0] == height:
            _, left = self._peaks.pop()
            top, height = node_hash(left, top), height + 1
        self._peaks.append((height, top))
        self.size += 1

    def root(self) -> bytes:
        """Root of all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        top = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            top = node_hash(left, top)
        return top


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over hashes of leaves (2.1.1)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def _split(size: int) -> int:
    """Largest power of two below a size above 1."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Hashes that lead from a leaf to the root, PATH(m, D_n) of 2.1.3.1; O(n).

    Raises
    ------
    IndexError
        When there is no leaf of that index.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} in a tree of {len(leaves)}.")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            start = middle
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that a leaf is in the tree of a root (2.1.3.2); O(log n)."""
    if not 0 <= index < size:
        return False
    position, last, top = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            top = node_hash(sibling, top)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and top == root


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Hashes that show that the tree begins with that of its first leaves, PROOF of 2.1.4.1; O(n).

    Raises
    ------
    IndexError
        When the tree is smaller.
    """
    if not 0 <= size <= len(leaves):
        raise IndexError(f"A tree of {len(leaves)} does not begin with one of {size}.")
    if size in {0, len(leaves)}:
        return []
    path: list[bytes] = []
    start, end, whole, wanted = 0, len(leaves), True, size
    while wanted != end - start:
        middle = _split(end - start)
        if wanted <= middle:
            path.append(root_of(leaves[start + middle : end]))
            end = start + middle
        else:
            path.append(root_of(leaves[start : start + middle]))
            start, wanted, whole = start + middle, wanted - middle, False
    if not whole:
        path.append(root_of(leaves[start:end]))
    return path[::-1]


def is_consistent(
    size: int, later_size: int, proof: Sequence[bytes], root: bytes, later_root: bytes
) -> bool:
    """Whether a proof shows that a later tree begins with an earlier one (2.1.4.2); O(log n).

    The tree without leaves is the beginning of every tree.
    """
    if size == 0:
        return not proof and root == EMPTY_ROOT
    if size == later_size:
        return not proof and root == later_root
    if size > later_size or not proof:
        return False
    path = list(proof)
    if size & (size - 1) == 0:
        path.insert(0, root)
    first, second = size - 1, later_size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            new = node_hash(new, sibling)
        first, second = first >> 1, second >> 1
    return second == 0 and old == root and new == later_root
