"""Four operators and two other bodies that do not exist: invented data is laid at nobody's door."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MadeBody:
    """A made-up body: its code, kind, name, what its own codes begin with, and its part."""

    code: str
    kind: str
    name: str
    prefix: str
    share: float = 0.0


#: The four operators; ``share`` is the part of all sites that each owns.
OPERATORS = (
    MadeBody("MH-SONGMAY", "operator", "Viễn thông Sông Mây (minh họa)", "SM", 0.38),
    MadeBody("MH-NUIXANH", "operator", "Viễn thông Núi Xanh (minh họa)", "NX", 0.34),
    MadeBody("MH-BIENSANG", "operator", "Di động Biển Sáng (minh họa)", "BS", 0.20),
    MadeBody("MH-DONGNOI", "operator", "Cáp quang Đồng Nội (minh họa)", "DN", 0.08),
)
POWER = MadeBody("MH-DIENLUC", "other", "Điện lực Minh Họa (minh họa)", "DL")
PROVINCE_BODY = MadeBody("MH-SO", "department", "Sở Khoa học và Công nghệ Minh Họa", "SO")
BODIES = (*OPERATORS, POWER, PROVINCE_BODY)
