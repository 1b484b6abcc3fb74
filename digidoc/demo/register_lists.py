"""Names for the demonstration's register. Agency H99, the procedures 9.… and the persons 099… are those of nobody."""

from dataclasses import dataclass
from typing import Final

PROVINCE: Final = "H99"
OWNER: Final = "099000000026"  # of the dossiers that are scanned
PROVINCE_NAME: Final = "Ủy ban nhân dân tỉnh Trường Sơn"
_LAST_DAY: Final = "30/06/2025"
_FIRST_DAY: Final = "01/07/2025"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the invented province.

    Attributes:
        code, name, field: as in the national catalogue.
        level: of the offices that handle it: province, district or commune.
        days: within which it is to be resolved.
        result: name of the paper that is its result; empty when it gives none on paper.
        symbol: of the result's number.
        years: that the result is valid; 0 for no end.
        components: names of the papers that are handed in.

    """

    code: str
    name: str
    field: str
    level: str
    days: int
    result: str
    symbol: str
    years: int
    components: tuple[str, ...]

    @property
    def performer(self) -> str:
        """Who handles it, as the national export says it."""
        return {"province": "Cơ quan cấp tỉnh", "district": "Cơ quan cấp huyện"}.get(self.level, "Cấp xã")


# Code, name, level, parent, valid from, valid to, successor.
UNITS: Final = (
    (PROVINCE, PROVINCE_NAME, "Tỉnh", "", "", "", ""),
    ("H99.1", "Sở Xây dựng tỉnh Trường Sơn", "Tỉnh", PROVINCE, "", "", ""),
    ("H99.2", "Sở Tư pháp tỉnh Trường Sơn", "Tỉnh", PROVINCE, "", "", ""),
    ("H99.3", "Sở Nông nghiệp và Môi trường tỉnh Trường Sơn", "Tỉnh", PROVINCE, "", "", ""),
    ("H99.11", "Ủy ban nhân dân huyện Bình Đông", "Huyện", PROVINCE, "", _LAST_DAY, "H99.26"),
    ("H99.12", "Ủy ban nhân dân huyện Sơn Tây Hạ", "Huyện", PROVINCE, "", _LAST_DAY, "H99.29"),
    ("H99.13", "Ủy ban nhân dân thị xã Phú Cát", "Huyện", PROVINCE, "", _LAST_DAY, "H99.32"),
    ("H99.26", "Ủy ban nhân dân xã An Bình Đông", "Xã", PROVINCE, "", "", ""),
    ("H99.27", "Ủy ban nhân dân xã Trung Hòa Lâm", "Xã", PROVINCE, "", "", ""),
    ("H99.28", "Ủy ban nhân dân xã Bắc Sơn Khê", "Xã", PROVINCE, "", "", ""),
    ("H99.29", "Ủy ban nhân dân xã Sơn Tây Hạ", "Xã", PROVINCE, _FIRST_DAY, "", ""),
    ("H99.30", "Ủy ban nhân dân xã Đại Lãnh Trung", "Xã", PROVINCE, "", "", ""),
    ("H99.31", "Ủy ban nhân dân phường Tân Mỹ Thượng", "Xã", PROVINCE, "", "", ""),
    ("H99.32", "Ủy ban nhân dân phường Phú Cát", "Xã", PROVINCE, _FIRST_DAY, "", ""),
    ("H99.33", "Ủy ban nhân dân phường Kim Sơn Hạ", "Xã", PROVINCE, "", "", ""),
    ("H99.51", "Ủy ban nhân dân xã An Bình Tây", "Xã", PROVINCE, "", _LAST_DAY, "H99.26"),
    ("H99.52", "Ủy ban nhân dân xã Đông Hòa Lâm", "Xã", PROVINCE, "", _LAST_DAY, "H99.27"),
    ("H99.53", "Ủy ban nhân dân xã Sơn Khê Thượng", "Xã", PROVINCE, "", _LAST_DAY, "H99.29"),
    ("H99.54", "Ủy ban nhân dân phường Phú Cát Nam", "Xã", PROVINCE, "", _LAST_DAY, "H99.32"),
)
_PROVINCE_OFFICES: Final = (
    ("H99.1", "province", 7, 1.02),
    ("H99.2", "province", 8, 1.05),
    ("H99.3", "province", 6, 0.93),
)
# Code, level, weight, how much of what is usual it digitizes: until 2025-06-30, and since.
BEFORE: Final = (
    *_PROVINCE_OFFICES,
    ("H99.11", "district", 9, 0.90),
    ("H99.12", "district", 7, 0.78),
    ("H99.13", "district", 10, 1.00),
    ("H99.26", "commune", 8, 0.95),
    ("H99.27", "commune", 5, 0.70),
    ("H99.28", "commune", 4, 0.55),
    ("H99.30", "commune", 5, 0.82),
    ("H99.31", "commune", 8, 0.97),
    ("H99.33", "commune", 6, 0.88),
    ("H99.51", "commune", 4, 0.65),
    ("H99.52", "commune", 3, 0.50),
    ("H99.53", "commune", 3, 0.45),
    ("H99.54", "commune", 7, 0.85),
)
AFTER: Final = (
    *_PROVINCE_OFFICES,
    ("H99.26", "commune", 14, 1.06),
    ("H99.27", "commune", 9, 0.86),
    ("H99.28", "commune", 7, 0.72),
    ("H99.29", "commune", 8, 0.78),
    ("H99.30", "commune", 8, 0.92),
    ("H99.31", "commune", 12, 1.05),
    ("H99.32", "commune", 15, 1.02),
    ("H99.33", "commune", 10, 0.97),
)
# Field; level; days; years that results are valid; symbol of the number; what is done and what comes of it.
_FIELDS: Final = (
    ("Hộ tịch", "commune", 3, 0, "TLKS", ("Đăng ký khai sinh|Giấy khai sinh", "Đăng ký kết hôn|Giấy chứng nhận kết hôn",
        "Cấp giấy xác nhận tình trạng hôn nhân|Giấy xác nhận tình trạng hôn nhân", "Đăng ký khai tử|Trích lục khai tử",
        "Cải chính hộ tịch|Quyết định cải chính hộ tịch")),
    ("Chứng thực", "commune", 1, 0, "CT", ("Chứng thực bản sao từ bản chính|", "Chứng thực chữ ký|",
        "Chứng thực hợp đồng về tài sản|Hợp đồng đã chứng thực")),
    ("Bảo trợ xã hội", "commune", 10, 0, "QĐ", ("Trợ cấp xã hội hàng tháng|Quyết định trợ cấp xã hội",
        "Hỗ trợ chi phí mai táng|Quyết định hỗ trợ", "Xác định mức độ khuyết tật|Giấy xác nhận khuyết tật")),
    ("Người có công", "commune", 12, 0, "QĐ", ("Hưởng mai táng phí người có công|Quyết định trợ cấp",
        "Cấp giấy xác nhận thân nhân người có công|Giấy xác nhận thân nhân người có công")),
    ("Đất đai", "commune", 15, 0, "XN", ("Hòa giải tranh chấp đất đai|Biên bản hòa giải",
        "Xác nhận nguồn gốc đất|Giấy xác nhận nguồn gốc đất", "Đăng ký biến động đất đai|Giấy xác nhận biến động")),
    ("Kinh doanh", "district", 3, 0, "GCN", (
        "Đăng ký thành lập hộ kinh doanh|Giấy chứng nhận đăng ký hộ kinh doanh",
        "Đăng ký thay đổi hộ kinh doanh|Giấy chứng nhận đăng ký hộ kinh doanh", "Chấm dứt hộ kinh doanh|")),
    ("Đất đai cấp huyện", "district", 20, 0, "GCN", (
        "Cấp giấy chứng nhận quyền sử dụng đất|Giấy chứng nhận quyền sử dụng đất",
        "Chuyển mục đích sử dụng đất|Quyết định chuyển mục đích sử dụng đất")),
    ("Xây dựng cấp huyện", "district", 15, 1, "GPXD", ("Cấp giấy phép xây dựng nhà ở|Giấy phép xây dựng",
        "Gia hạn giấy phép xây dựng nhà ở|Giấy phép xây dựng")),
    ("Kinh doanh tại xã", "commune", 3, 0, "GCN", (
        "Đăng ký hộ kinh doanh tại xã|Giấy chứng nhận đăng ký hộ kinh doanh",
        "Cấp giấy phép bán lẻ rượu|Giấy phép bán lẻ rượu")),
    ("Xây dựng", "province", 20, 1, "GPXD", (
        "Cấp giấy phép xây dựng công trình|Giấy phép xây dựng",
        "Thẩm định thiết kế cơ sở|Thông báo kết quả thẩm định",
        "Cấp chứng chỉ hành nghề xây dựng|Chứng chỉ hành nghề")),
    ("Quy hoạch", "province", 25, 0, "QĐ", ("Cấp giấy phép quy hoạch|Giấy phép quy hoạch",
        "Thẩm định đồ án quy hoạch|Thông báo kết quả thẩm định")),
    ("Lý lịch tư pháp", "province", 10, 0, "LLTP", ("Cấp phiếu lý lịch tư pháp số 1|Phiếu lý lịch tư pháp số 1",
        "Cấp phiếu lý lịch tư pháp số 2|Phiếu lý lịch tư pháp số 2")),
    ("Công chứng", "province", 12, 0, "QĐ", ("Bổ nhiệm công chứng viên|Quyết định bổ nhiệm",
        "Đăng ký hành nghề công chứng|Thẻ công chứng viên")),
    ("Môi trường", "province", 30, 5, "GPMT", ("Cấp giấy phép môi trường|Giấy phép môi trường",
        "Điều chỉnh giấy phép môi trường|Giấy phép môi trường")),
    ("Thủy lợi", "province", 15, 3, "GP", ("Cấp phép xả nước thải vào công trình thủy lợi|Giấy phép xả nước thải",)),
    ("Trồng trọt và bảo vệ thực vật", "province", 13, 5, "GCN", (
        "Cấp giấy chứng nhận đủ điều kiện buôn bán phân bón|Giấy chứng nhận đủ điều kiện buôn bán phân bón",
        "Cấp giấy chứng nhận đủ điều kiện buôn bán thuốc|Giấy chứng nhận đủ điều kiện buôn bán thuốc")),
    ("Chăn nuôi", "province", 18, 5, "GCN", (
        "Cấp giấy chứng nhận đủ điều kiện chăn nuôi|Giấy chứng nhận đủ điều kiện chăn nuôi",)),
)  # fmt: skip
_COMPONENTS: Final = ("Tờ khai theo mẫu", "Bản sao giấy tờ tùy thân", "Giấy tờ chứng minh nơi cư trú")


def _made() -> tuple[Procedure, ...]:
    found: list[Procedure] = []
    for field, level, days, years, symbol, all_of_them in _FIELDS:
        for both in all_of_them:
            name, _bar, result = both.partition("|")
            number = len(found)
            components = _COMPONENTS[: 1 + number % 3]
            code = f"9.{100_000 + number:06d}"
            found.append(Procedure(code, name, field, level, days, result, symbol, years, components))
    return tuple(found)


PROCEDURES: Final = _made()
FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLE: Final = (
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Ngọc",
    "Minh",
    "Thanh",
    "Quang",
    "Xuân",
    "Kim",
    "Thu",
    "Gia",
    "Bảo",
    "Anh",
)
GIVEN: Final = (
    "An", "Bình", "Cường", "Dung", "Đạt", "Giang", "Hà", "Hải", "Hạnh", "Hiếu", "Hoa", "Hùng", "Hương", "Khánh", "Lan",
    "Linh", "Long", "Mai", "Nam", "Nga", "Nhung", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Vân", "Yến",
)  # fmt: skip
