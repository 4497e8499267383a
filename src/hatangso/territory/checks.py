"""Catalogue of what can be wrong with units, each with a stable id and its message.

A finding says what is wrong, where, and what to do. docs/territory.md lists them all; a test holds
the two together.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong. The texts are filled with `str.format`."""

    id: str
    severity: str
    vi: str
    en: str
    do_vi: str
    do_en: str

    def message(self, values: dict[str, Any]) -> tuple[str, str]:
        """Text in Vietnamese and in English, with what to do."""
        return (
            f"{self.vi} {self.do_vi}".format(**values),
            f"{self.en} {self.do_en}".format(**values),
        )


#: "error" keeps out the row or that part of it which the text names, "warning" lets it in and marks
#: it, "note" tells what was done.
SEVERITIES = ("error", "warning", "note")

_ALL = [
    Check(
        "TER-001",
        "warning",
        "{name} ({code}, {district}) không có đơn vị kế thừa trong bảng chuyển đổi.",
        "{name} ({code}, {district}) has no successor in the mapping.",
        "Hãy bổ sung đơn vị kế thừa theo nghị quyết.",
        "Add its successor from the resolution.",
    ),
    Check(
        "TER-002",
        "warning",
        "Mã {code} trong bảng chuyển đổi không có trong danh mục; cùng tên {name} là mã {other}.",
        "Code {code} of the mapping is not in the list; the same name {name} has code {other}.",
        "Hãy xác nhận mã đúng; hệ thống tạm dùng mã của danh mục.",
        "Confirm the right code; the list's is used until then.",
    ),
    Check(
        "TER-003",
        "note",
        "Mã {code} trước là {old}, từ 01/07/2025 là {new}.",
        "Code {code} was {old}, and is {new} since 2025-07-01.",
        "Hãy tra cứu theo mã kèm ngày, không theo mã hay tên đơn lẻ.",
        "Look units up by code and date, never by code or name alone.",
    ),
    Check(
        "TER-004",
        "note",
        "{name} ({code}) là huyện đảo không có xã trong danh mục.",
        "{name} ({code}) is an island district without communes in the list.",
        "Huyện chuyển thẳng thành đặc khu.",
        "The district itself became a special zone.",
    ),
    Check(
        "TER-005",
        "warning",
        "{name} ({code}) có ranh giới nhưng không còn trong danh mục 01/03/2025; chưa rõ ngày kết "
        "thúc.",
        "{name} ({code}) has a polygon but is not in the list of 2025-03-01; when it ended is not "
        "known.",
        "Hãy bổ sung ngày và nghị quyết.",
        "Add the day and the resolution.",
    ),
    Check(
        "TER-006",
        "warning",
        "Dân số 2025 của {name} ({code}) là {value}: không dùng được.",
        "Population 2025 of {name} ({code}) is {value}: not fit for use.",
        "Số này không được nạp; dùng số ước 2019.",
        "It was not loaded; the estimate of 2019 is used.",
    ),
    Check(
        "TER-007",
        "warning",
        "Mã {code} gắn với hai xã năm 2009: {other} và {name}.",
        "Code {code} is matched to two communes of 2009: {other} and {name}.",
        "Xã thứ hai được giữ riêng.",
        "The second is kept as a unit of its own.",
    ),
    Check(
        "TER-008",
        "warning",
        "{name} ({district}, mã tổng điều tra {code}) có năm 2009, không còn trong danh mục "
        "01/03/2025; chưa rõ ngày kết thúc và đơn vị kế thừa.",
        "{name} ({district}, census code {code}) stood in 2009 and is not in the list of "
        "2025-03-01; its end and its successor are not known.",
        "Hãy bổ sung ngày và đơn vị kế thừa.",
        "Add the day and the successor.",
    ),
    Check(
        "TER-009",
        "warning",
        "{name} ({code}) bị chia cho {count} xã mà không có ranh giới cũ đủ tin để tính tỷ lệ.",
        "{name} ({code}) was cut among {count} communes, without an old polygon fit to tell the "
        "shares.",
        "Các phần tạm chia đều và ghi rõ; hãy nhập tỷ lệ dân số.",
        "The parts are equal and marked so; give shares of people.",
    ),
    Check(
        "TER-010",
        "note",
        "Huyện {code} đổi từ {old} thành {new} vào ngày chưa rõ.",
        "District {code} changed from {old} to {new} on an unknown day.",
        "Hãy bổ sung ngày và nghị quyết.",
        "Add the day and the resolution.",
    ),
    Check(
        "TER-011",
        "warning",
        "Chưa rõ {name} ({code}) thuộc huyện nào trước ngày {day}.",
        "In which district {name} ({code}) lay before {day} is not known.",
        "Hãy bổ sung huyện theo nghị quyết.",
        "Add the district from the resolution.",
    ),
    Check(
        "TER-012",
        "note",
        "{name} ({code}) kết thúc ngày {day} theo {text}; chưa đối chiếu được số nghị quyết.",
        "{name} ({code}) ended on {day} according to {text}; the resolution was not found.",
        "Hãy đối chiếu ngày với nghị quyết.",
        "Hold the day against the resolution.",
    ),
    Check(
        "TER-030",
        "note",
        "Ranh giới của {name} chồng hoặc hở với đơn vị bên cạnh trên {length} m; bản vẽ đã được "
        "khép lại, diện tích thay đổi {change}%.",
        "The outline of {name} overlaps or gapes against its neighbours along {length} m; the "
        "drawn copy was closed, and its area changed by {change}%.",
        "Bản gốc được giữ nguyên.",
        "The original stays as it was given.",
    ),
    Check(
        "TER-101",
        "error",
        "Dòng {row}: thiếu mã đơn vị.",
        "Row {row} has no code.",
        "Hãy điền mã.",
        "Fill in the code.",
    ),
    Check(
        "TER-102",
        "error",
        "Dòng {row} (mã {code}): thiếu tên đơn vị.",
        "Row {row} (code {code}) has no name.",
        "Hãy điền tên kèm cấp, ví dụ “xã Thượng Lộ”.",
        "Fill in the name with its kind, such as “xã Thượng Lộ”.",
    ),
    Check(
        "TER-103",
        "error",
        "Dòng {row}: mã {code} đã có ở dòng {other} trong cùng thời gian.",
        "Row {row}: code {code} is already in row {other} for the same time.",
        "Hãy giữ một dòng, hoặc ghi ngày hiệu lực khác nhau.",
        "Keep one row, or give them different dates.",
    ),
    Check(
        "TER-104",
        "error",
        "Dòng {row}: tên {name} là cấp {found}, còn ánh xạ nói cấp {level}.",
        "Row {row}: the name {name} is of level {found}, and the mapping says {level}.",
        "Tách các cấp thành lớp riêng, hoặc ánh xạ cột cấp.",
        "Put each level in a layer of its own, or map a column of levels.",
    ),
    Check(
        "TER-105",
        "warning",
        "Dòng {row}: {name} thuộc đơn vị {parent}, không có trong tệp và trong hệ thống.",
        "Row {row}: {name} stands under {parent}, which is neither in the file nor in the system.",
        "Đơn vị được nạp mà không có cấp trên; hãy nạp cấp trên rồi gắn, hoặc sửa mã.",
        "It is loaded without a unit above; load that one and link them, or correct the code.",
    ),
    Check(
        "TER-106",
        "error",
        "Các đơn vị {ring} thuộc lẫn nhau thành vòng tròn.",
        "The units {ring} stand under each other in a circle.",
        "Hãy sửa mã đơn vị cấp trên.",
        "Correct the codes of the units above.",
    ),
    Check(
        "TER-107",
        "error",
        "Dòng {row}: ngày “{text}” không đọc được, hoặc kết thúc trước khi bắt đầu.",
        "Row {row}: the date “{text}” cannot be read, or the end comes before the start.",
        "Viết dạng 2025-07-01 hoặc 01/07/2025.",
        "Write it as 2025-07-01 or 01/07/2025.",
    ),
    Check(
        "TER-108",
        "error",
        "Dòng {row}: mã {code} ({name}) trùng thời gian với {other} đã có trong hệ thống.",
        "Row {row}: code {code} ({name}) overlaps in time with {other}, already in the system.",
        "Hãy kết thúc đơn vị cũ trước, hoặc sửa ngày.",
        "End the old unit first, or correct the dates.",
    ),
    Check(
        "TER-109",
        "note",
        "Dòng {row}: tên {name} viết bằng Unicode tổ hợp (NFD).",
        "Row {row}: the name {name} is in decomposed Unicode (NFD).",
        "Tên được lưu ở dạng dựng sẵn (NFC).",
        "It is kept in composed form (NFC).",
    ),
    Check(
        "TER-110",
        "error",
        "Dòng {row}: tên “{name}” có vẻ viết bằng bảng mã cũ {encoding} (đọc ra: {read}).",
        "Row {row}: the name “{name}” seems to be in the encoding {encoding} (it reads {read}).",
        "Thêm encoding={encoding} vào ánh xạ, hoặc lưu lại tệp bằng UTF-8.",
        "Add encoding={encoding} to the mapping, or save the file as UTF-8.",
    ),
    Check(
        "TER-111",
        "warning",
        "Dòng {row}: ranh giới của {name} không hợp lệ: {reason}.",
        "Row {row}: the polygon of {name} is invalid: {reason}.",
        "Bản gốc được giữ nguyên, bản vẽ được khép lại; hãy sửa trong phần mềm bản đồ.",
        "The original is kept and the drawn copy closed; mend it in a map program.",
    ),
    Check(
        "TER-112",
        "error",
        "Dòng {row}: tọa độ của {name} bị đảo (kinh độ {x}, vĩ độ {y}).",
        "Row {row}: the coordinates of {name} are swapped (longitude {x}, latitude {y}).",
        "Đổi chỗ hai tọa độ; đơn vị được nạp không kèm vị trí.",
        "Swap them; the unit is loaded without its place.",
    ),
    Check(
        "TER-113",
        "error",
        "Dòng {row}: tọa độ của {name} nằm ngoài Trái Đất (x {x}, y {y}): sai hệ tọa độ {crs}.",
        "Row {row}: the coordinates of {name} lie off the Earth (x {x}, y {y}): {crs} is wrong.",
        "Ghi hệ tọa độ đúng vào ánh xạ; đơn vị được nạp không kèm vị trí.",
        "Put the right one in the mapping; the unit is loaded without its place.",
    ),
    Check(
        "TER-114",
        "warning",
        "{name} và {other} chồng lên nhau {area} m².",
        "{name} and {other} overlap by {area} m².",
        "Xem trên bản đồ và sửa ranh giới gốc; bản gốc được giữ nguyên.",
        "See the map and mend the originals; they are kept as given.",
    ),
    Check(
        "TER-115",
        "warning",
        "Có khoảng hở {area} m² giữa các đơn vị của {name}.",
        "There is a gap of {area} m² between the units of {name}.",
        "Xem trên bản đồ và sửa ranh giới gốc.",
        "See the map and mend the originals.",
    ),
    Check(
        "TER-116",
        "warning",
        "{share}% của {name} nằm ngoài {parent}.",
        "{share}% of {name} lies outside {parent}.",
        "Kiểm tra ranh giới, hệ tọa độ và mã đơn vị cấp trên.",
        "Check the polygon, the coordinate system and the code of the unit above.",
    ),
    Check(
        "TER-117",
        "error",
        "Dòng {row}: {name} được kế thừa bởi đơn vị {successor}, không tồn tại vào {day}.",
        "Row {row}: {name} passed into {successor}, which did not exist on {day}.",
        "Hãy nạp đơn vị kế thừa trước, hoặc sửa mã và ngày.",
        "Load the successor first, or correct its code and day.",
    ),
    Check(
        "TER-118",
        "error",
        "Tỷ lệ chia của {name} cộng lại là {total}, vượt quá 1 hoặc không đọc được.",
        "The shares of {name} add up to {total}, above 1 or unreadable.",
        "Hãy sửa tỷ lệ; tạm chia đều dân số, để trống diện tích.",
        "Correct the shares; until then people are shared equally, and area is left open.",
    ),
    Check(
        "TER-119",
        "warning",
        "Dòng {row}: {name} không có ranh giới hay vị trí.",
        "Row {row}: {name} has neither polygon nor point.",
        "Đơn vị được nạp, không vẽ được trên bản đồ.",
        "It is loaded, and cannot be drawn.",
    ),
    Check(
        "TER-120",
        "error",
        "Dòng {row}: hình của {name} là {kind}, không phải vùng hay điểm.",
        "Row {row}: the shape of {name} is a {kind}, neither polygon nor point.",
        "Đơn vị được nạp không kèm hình.",
        "The unit is loaded without it.",
    ),
    Check(
        "TER-121",
        "error",
        "Dòng {row}: “{text}” của {name} không phải số từ 0 trở lên.",
        "Row {row}: “{text}” of {name} is not a number of 0 or more.",
        "Số này không được nạp; chỉ viết chữ số, không dấu phân cách, như 1200.",
        "It was not loaded; write digits alone, without separators, such as 1200.",
    ),
    Check(
        "TER-122",
        "error",
        "Dòng {row}: cấp “{text}” không có.",
        "Row {row}: there is no level “{text}”.",
        "Dùng province, district, commune hoặc village.",
        "Use province, district, commune or village.",
    ),
    Check(
        "TER-123",
        "error",
        "Dòng {row}: tọa độ của {name} nằm ngoài Việt Nam (kinh độ {x}, vĩ độ {y}): hệ tọa độ "
        "{crs} không đúng, hoặc x và y đảo chỗ.",
        "Row {row}: the coordinates of {name} lie outside Viet Nam (longitude {x}, latitude {y}): "
        "{crs} is wrong, or x and y are swapped.",
        "Hãy khai hệ tọa độ đúng trong bảng ánh xạ hoặc đổi chỗ x, y; đơn vị được nạp không kèm "
        "vị trí.",
        "Put the right coordinate system in the mapping, or swap x and y; the unit is loaded "
        "without its place.",
    ),
    Check(
        "TER-124",
        "error",
        "Dòng {row}: không biết cấp của {name}: tên không nói rõ và bảng ánh xạ không khai.",
        "Row {row}: the level of {name} is not known: neither its name nor the mapping tells it.",
        "Hãy ghi loại đơn vị trong tên, như “xã Thượng Lộ”, hoặc khai cấp trong bảng ánh xạ.",
        "Write its kind in the name, such as “xã Thượng Lộ”, or say the level in the mapping.",
    ),
    Check(
        "TER-125",
        "error",
        "Dòng {row}: số dân, số hộ của {name} không có năm.",
        "Row {row}: the counts of {name} have no year.",
        "Các số này không được nạp; hãy khai cột năm hoặc năm chung trong bảng ánh xạ, như 2024.",
        "They were not loaded; name a column of years, or one year for all, such as 2024.",
    ),
    Check(
        "TER-126",
        "error",
        "Dòng {row}: không đọc được vị trí “{text}” của {name}.",
        "Row {row}: the place “{text}” of {name} cannot be read.",
        "Hãy viết độ thập phân, như 105.84, hoặc WKT đúng; đơn vị được nạp không kèm vị trí.",
        "Write decimal degrees, such as 105.84, or sound WKT; the unit is loaded without its "
        "place.",
    ),
    Check(
        "TER-127",
        "note",
        "Dòng {row}: từ {day}, {name} thuộc {parent}, không còn thuộc {other}.",
        "Row {row}: from {day} {name} stands under {parent}, no longer under {other}.",
        "Hãy đối chiếu với nghị quyết.",
        "Hold it against the resolution.",
    ),
    Check(
        "TER-128",
        "error",
        "Dòng {row}: {name} thuộc {parent} trong thời gian đã thuộc {other}.",
        "Row {row}: {name} stands under {parent} in a time in which it already stands under "
        "{other}.",
        "Giữ đơn vị cấp trên đã có; nếu đã chuyển, hãy ghi ngày chuyển làm ngày bắt đầu.",
        "The known one is kept; if it moved, give the day of the move as the first day.",
    ),
    Check(
        "TER-129",
        "error",
        "Dòng {row}: tên cũ {former} của {name} không có ngày đổi, hoặc ngày đó đã có tên khác.",
        "Row {row}: the former name {former} of {name} has no day of the change, or another "
        "change of name is known after that day.",
        "Tên cũ được nạp như tên khác; hãy ghi ngày đổi tên.",
        "It is loaded as another name; give the day of the change.",
    ),
    Check(
        "TER-130",
        "warning",
        "Dòng {row}: hình của {name} không chạm vào hình đã có của chính đơn vị này.",
        "Row {row}: the shape of {name} does not touch the one that is known of the same unit.",
        "Hãy kiểm tra hệ tọa độ và mã; cả hai hình được giữ.",
        "Check the coordinate system and the code; both shapes are kept.",
    ),
    Check(
        "TER-131",
        "error",
        "Dòng {row}: {name} chuyển thành {successor} ngày {day}, khi chính nó không tồn tại.",
        "Row {row}: {name} passed into {successor} on {day}, when it did not stand itself.",
        "Hãy sửa ngày chuyển, hoặc ngày bắt đầu và kết thúc của đơn vị.",
        "Correct the day on which it passed, or its first and last days.",
    ),
    Check(
        "TER-132",
        "error",
        "Dòng {row}: “{text}…” quá dài (nhiều nhất {most} ký tự) hoặc có ký tự điều khiển.",
        "Row {row}: “{text}…” is too long (at most {most} characters) or holds control characters.",
        "Hãy kiểm tra cột trong bảng ánh xạ; mã hay tên như vậy không được nạp.",
        "Check the column in the mapping; such a code or name is not loaded.",
    ),
]
CHECKS: dict[str, Check] = {check.id: check for check in _ALL}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing found wrong: the check, what fills its text, the row, and the place (EPSG:4326)."""

    check_id: str
    values: dict[str, Any]
    row: int | None = None
    place: Any = None
    unit_id: int | None = None

    @property
    def check(self) -> Check:
        """The check that found it."""
        return CHECKS[self.check_id]

    @property
    def messages(self) -> tuple[str, str]:
        """Text in Vietnamese and in English."""
        return self.check.message({"row": self.row, **self.values})
