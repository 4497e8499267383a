"""What can be wrong with a row of a list of addresses, each with a stable id. Pure.

docs/addresses.md lists them all; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Any

from hatangso.territory.checks import Check

CHECKS: dict[str, Check] = {
    check.id: check
    for check in (
        Check(
            "ADR-101",
            "error",
            "Không có tọa độ đọc được.",
            "There are no coordinates that can be read.",
            "Hãy điền kinh độ và vĩ độ, hoặc hình dạng điểm.",
            "Give longitude and latitude, or the shape of a point.",
        ),
        Check(
            "ADR-102",
            "error",
            "Điểm {place} không nằm trong xã, phường nào đã nạp.",
            "The point {place} lies in no commune that is loaded.",
            "Hãy kiểm tra hệ tọa độ và thứ tự kinh độ, vĩ độ.",
            "Check the coordinate system and the order of longitude and latitude.",
        ),
        Check(
            "ADR-103",
            "error",
            "Mã {code} có ở một dòng trước trong cùng tệp.",
            "The code {code} stands in an earlier row of the same file.",
            "Mỗi địa chỉ chỉ có một dòng: hãy bỏ dòng thừa.",
            "Each address has one row: take out the other.",
        ),
        Check(
            "ADR-104",
            "error",
            "Địa chỉ trụ sở không có tên cơ quan.",
            "The address of an office has no name of the office.",
            "Hãy điền tên trụ sở.",
            "Give the name of the office.",
        ),
        Check(
            "ADR-105",
            "error",
            "Không có số nhà, tên đường hay tên thôn.",
            "There is no number, street or village.",
            "Hãy điền ít nhất một trong ba.",
            "Give at least one of the three.",
        ),
        Check(
            "ADR-106",
            "warning",
            "Không có cơ quan mang mã {code}.",
            "No body has the code {code}.",
            "Địa chỉ được nạp mà không gắn với cơ quan: hãy sửa mã và nạp lại.",
            "The address is loaded without a body: mend the code and load again.",
        ),
        Check(
            "ADR-107",
            "warning",
            "Dòng ghi mã xã {code}, nhưng điểm nằm trong {name}.",
            "The row says commune {code}, but the point lies in {name}.",
            "Địa chỉ được ghi theo điểm: hãy kiểm tra cả hai.",
            "The address goes by its point: check both.",
        ),
        Check(
            "ADR-108",
            "error",
            "{field} dài quá {most} ký tự.",
            "{field} is longer than {most} characters.",
            "Hãy rút gọn.",
            "Shorten it.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one row (1 is the first below the head)."""

    check_id: str
    row: int
    values: dict[str, Any]

    @property
    def severity(self) -> str:
        """Whether it keeps the row out ("error") or only marks it ("warning")."""
        return CHECKS[self.check_id].severity

    def message(self, language: str) -> str:
        """What is wrong and what to do."""
        vi, en = CHECKS[self.check_id].message(self.values)
        return en if language == "en" else vi
