"""The tree of RFC 9162: known roots, the RFC's own example, and the definition itself."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.records import merkle

#: Entries and roots of the reference tree that the logs of Certificate Transparency are tested
#: with (RFC 6962 and 9162 hash alike).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def defined(leaves):
    """Merkle tree hash word for word as section 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(defined(leaves[:split]), defined(leaves[split:]))


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_tree(size):
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def nodes_of_the_example():
    """Nodes a to l of the tree of seven leaves drawn in section 2.1.5."""
    a, b, c, d, e, f, j = LEAVES[:7]
    node = merkle.node_hash
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, m = node(g, h), node(i, j)
    return {**dict(zip("abcdefj", (a, b, c, d, e, f, j), strict=True)), "g": g, "h": h, "i": i} | {
        "k": k,
        "l": m,
    }


@pytest.mark.parametrize(
    ("leaf", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")], ids=lambda value: str(value)
)
def test_inclusion_proofs_of_the_rfc_example(leaf, path):
    nodes = nodes_of_the_example()
    assert merkle.inclusion_proof(LEAVES[:7], leaf) == [nodes[name] for name in path]


@pytest.mark.parametrize(("size", "path"), [(3, "cdgl"), (4, "l"), (6, "ijk")])
def test_consistency_proofs_of_the_rfc_example(size, path):
    nodes = nodes_of_the_example()
    assert merkle.consistency_proof(LEAVES[:7], size) == [nodes[name] for name in path]


@given(st.integers(0, 70))
def test_the_frontier_gives_the_root_of_the_definition(size):
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    assert merkle.root_of(leaves) == defined(leaves)


@given(st.integers(1, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_leaf_can_be_shown_and_no_other_in_its_place(pair):
    size, index = pair
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    root, proof = merkle.root_of(leaves), merkle.inclusion_proof(leaves, index)
    assert merkle.includes(leaves[index], index, size, proof, root)
    assert not merkle.includes(merkle.leaf_hash(b"other"), index, size, proof, root)
    assert not merkle.includes(leaves[index], (index + 1) % size, size, proof, root) or size == 1
    assert not merkle.includes(leaves[index], size, size, proof, root)
    if proof:
        assert not merkle.includes(leaves[index], index, size, proof[:-1], root)
    assert not merkle.includes(leaves[index], index, size, [*proof, root], root)


@given(st.integers(0, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_later_tree_begins_with_an_earlier_and_with_no_other(pair):
    later, size = pair
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(later)]
    root, new = merkle.root_of(leaves[:size]), merkle.root_of(leaves)
    proof = merkle.consistency_proof(leaves, size)
    assert merkle.is_consistent(size, later, proof, root, new)
    other = hashlib.sha256(b"other").digest()
    assert not merkle.is_consistent(size, later, proof, other, new)
    assert size == 0 or not merkle.is_consistent(size, later, proof, root, other)
    assert not merkle.is_consistent(later + 1, later, proof, root, new)


def test_what_is_not_there_is_refused_with_a_sentence():
    with pytest.raises(IndexError, match="no leaf 7 in a tree of 7"):
        merkle.inclusion_proof(LEAVES[:7], 7)
    with pytest.raises(IndexError, match="does not begin with one of 9"):
        merkle.consistency_proof(LEAVES[:7], 9)
