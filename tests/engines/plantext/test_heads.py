"""Heads and feet of plans in many manners: blanks, columns, scanner's faults, who signs for whom.

``heads.json`` was written before the reader saw it, in three sets: 297 of 303, 102 of 106 and 66 of
69 fields were right at the first run; then the reader was mended.
"""

import json
from pathlib import Path

import pytest

from hatangso.engines.plantext import read_plan

HEADS = json.loads((Path(__file__).parent / "heads.json").read_text(encoding="utf-8"))

BODY = """

I. MỤC TIÊU

- Phấn đấu 100% thôn, tổ dân phố được phủ sóng băng rộng di động.

II. NHIỆM VỤ

1. Tuyên truyền về hạ tầng số.

III. TỔ CHỨC THỰC HIỆN

1. Sở Khoa học và Công nghệ chủ trì triển khai thực hiện Kế hoạch.

"""


def _text(case: dict) -> str:
    rows = [
        f"| {n} | Nhiệm vụ số {n} về hạ tầng | Phòng Văn hóa và Thông tin | Các phòng | Năm 2024 |"
        for n in range(1, case.get("annex_rows", 0) + 1)
    ]
    return case["head"] + BODY + "\n".join([case["foot"], *rows]) + "\n"


@pytest.mark.parametrize("case", HEADS, ids=lambda case: case["wanted"].get("number") or "blank")
def test_head_and_foot(case: dict) -> None:
    text = _text(case)
    head = read_plan(text).header
    found = {
        "recipients": len(head.recipients),
        "carries": sorted(ref.number for ref in head.carries_out),
        "amends": sorted(ref.number for ref in head.amends),
        "bases": sorted(ref.number for ref in head.legal_bases),
    }
    for name, value in case["wanted"].items():
        wanted = sorted(value) if isinstance(value, list) else value
        assert (found[name] if name in found else getattr(head, name)) == wanted, name
    for ref in (*head.carries_out, *head.amends, *head.legal_bases):
        assert text[ref.start : ref.end] == ref.quote


@pytest.mark.parametrize("gap", ["\t", "    ", "          ", " | "])
def test_columns_beside_the_signature_are_parted(gap: str) -> None:
    case = HEADS[0]
    foot = [
        f"Nơi nhận:{gap}TM. ỦY BAN NHÂN DÂN",
        f"- UBND tỉnh (b/c);{gap}KT. CHỦ TỊCH",
        f"- Các sở, ban, ngành;{gap}PHÓ CHỦ TỊCH",
        "- Các doanh nghiệp viễn thông",
        "trên địa bàn;",
        f"- Lưu: VT.{gap}Phan Nhật Lệ",
    ]
    head = read_plan(_text({**case, "foot": "\n".join(foot)})).header
    assert head.signer == "Phan Nhật Lệ"
    assert head.signer_post == "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"
    assert head.recipients == (
        "UBND tỉnh (b/c)",
        "Các sở, ban, ngành",
        "Các doanh nghiệp viễn thông trên địa bàn",
        "Lưu: VT",
    )


def test_a_ground_that_another_amended_is_not_amended_by_the_plan() -> None:
    case = next(c for c in HEADS if c["wanted"].get("number") == "301/KH-UBND")
    assert read_plan(_text(case)).header.amends == ()
