"""The made-up papers: official letter or decision, form, statistics table, bilingual certificate, further page."""

import random
from dataclasses import dataclass
from typing import Final

from benchmarks.ocr.leaf import Leaf
from benchmarks.ocr.prose import Prose
from benchmarks.ocr.vocabulary import ENGLISH, OFFICES, PROVINCES, TYPES
from digidoc.demo.layout import Face

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
_POSITIONS: Final = ("CHỦ TỊCH", "GIÁM ĐỐC", "TRƯỞNG PHÒNG", "CHÁNH VĂN PHÒNG", "HIỆU TRƯỞNG", "CHI CỤC TRƯỞNG")
_RECEIVERS: Final = (
    "- Như trên;",
    "- Như Điều 3;",
    "- Thường trực HĐND tỉnh;",
    "- Chủ tịch, các PCT UBND tỉnh;",
    "- UBMTTQVN xã;",
    "- Các thôn, tổ dân phố;",
    "- Cổng Thông tin điện tử;",
    "- Kho bạc Nhà nước khu vực XII;",
    "- Sở Nội vụ (để b/c);",
)
_INDICATORS: Final = (
    "Tổng diện tích gieo trồng cây hằng năm",
    "Sản lượng lương thực có hạt",
    "Số trẻ em dưới 6 tuổi có thẻ bảo hiểm y tế",
    "Tỷ suất sinh thô",
    "Tổng thu ngân sách trên địa bàn",
    "Chi đầu tư phát triển",
    "Số doanh nghiệp thành lập mới",
    "Tỷ lệ hộ nghèo đa chiều",
    "Đàn lợn (không kể lợn sữa)",
    "Vận tải hành khách đường bộ",
    "Diện tích rừng bị cháy, bị phá",
    "Số vụ tai nạn giao thông",
    "Chỉ số giá tiêu dùng",
    "Giá trị sản xuất công nghiệp theo giá so sánh",
    "Lao động được tạo việc làm trong kỳ",
    "Khách lưu trú qua đêm",
    "Tỷ suất chết của trẻ em dưới 1 tuổi",
    "Hồ sơ giải quyết trước hạn",
)
_UNITS: Final = ("ha", "tấn", "người", "%", "‰", "triệu đồng", "vụ", "lượt", "hồ sơ", "tỷ đồng")
_LABELS: Final = (
    ("Họ, chữ đệm, tên", "Full name"),
    ("Ngày, tháng, năm sinh", "Date of birth"),
    ("Quốc tịch", "Nationality"),
    ("Số định danh cá nhân", "Personal identification number"),
    ("Nơi đăng ký thường trú", "Place of permanent residence"),
    ("Nghề nghiệp hiện nay", "Current occupation"),
    ("Giấy phép lái xe hạng", "Driving licence class"),
    ("Có giá trị đến ngày", "Valid until"),
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Where a paper is signed: left edge, top, width in pixels; and the organ in its seal."""

    left: float
    top: float
    width: float
    organ: str


def letter(leaf: Leaf, chance: random.Random, *, handwritten: bool, short: bool = False) -> Signer:
    """A letter or decision; number and day written by hand or printed. `short` keeps half of the page free."""
    prose = Prose(chance)
    kind, code = chance.choice(TYPES)
    organ, sign = _head(leaf, prose, code, handwritten=handwritten)
    leaf.title(kind, leaf.face(leaf.size + 1, bold=True))
    leaf.title(prose.subject(), leaf.face(bold=True))
    leaf.y += leaf.mm(3)
    _body(leaf, prose, floor=0.42 if short else chance.uniform(0.6, 0.7))
    return _foot(leaf, prose, organ, sign)


def _head(leaf: Leaf, prose: Prose, code: str, *, handwritten: bool) -> tuple[str, str]:
    chance, top = prose.chance, leaf.y
    office, sign = chance.choice(OFFICES)
    place = prose.place_name()
    over = f"UBND XÃ {place.upper()}" if chance.random() < 0.5 else f"TỈNH {chance.choice(PROVINCES).upper()}"
    middle = leaf.left + (leaf.right - leaf.left) * 0.4
    left, right = (leaf.left - leaf.mm(8), middle), (middle + leaf.mm(3), leaf.right + leaf.mm(4))
    small, bold = leaf.face(leaf.size - 1), leaf.face(leaf.size - 1, bold=True)
    leaf.say_centred(over, small, *left)
    for row in leaf.wrap(office.upper(), bold, left[1] - left[0]):
        leaf.say_centred(row, bold, *left)
    centre = sum(left) / 2
    leaf.rule(centre - leaf.mm(11), centre + leaf.mm(11), leaf.y + leaf.mm(0.5))
    leaf.y += leaf.mm(2)
    face, number = leaf.face(), str(chance.randint(1, 999 if handwritten else 2800))
    if handwritten:
        gap = leaf.mm(5 + 3.3 * len(number))
        leaf.with_gap((("Số:", 0), (number, gap), (f"/{code}-{sign}", 0)), face, left[0] + leaf.mm(8))
    else:
        leaf.say_centred(f"Số: {number}/{code}-{sign}", face, *left)
    bottom, leaf.y = leaf.y, top
    leaf.say_centred(NATION, _fitting(leaf, NATION, right[1] - right[0]), *right)
    leaf.say_centred(MOTTO, leaf.face(bold=True), *right)
    half = leaf.width_of(MOTTO, leaf.face(bold=True)) / 2
    leaf.rule(sum(right) / 2 - half, sum(right) / 2 + half, leaf.y + leaf.mm(0.5))
    leaf.y += leaf.mm(2)
    day, month, year = prose.day()
    town, italic = prose.place_name(), leaf.face(italic=True)
    if handwritten:
        parts = ((f"{town}, ngày", 0), (f"{day:02}", leaf.mm(9)), (f"tháng {month:02} năm {year}", 0))
        leaf.with_gap(parts, italic, right[0] + leaf.mm(8))
    else:
        leaf.say_centred(f"{town}, ngày {day:02} tháng {month:02} năm {year}", italic, *right)
    leaf.y = max(leaf.y, bottom) + leaf.mm(5)
    return office, sign


def _fitting(leaf: Leaf, text: str, width: float) -> Face:
    face = leaf.face(leaf.size - 1, bold=True)
    longer = leaf.width_of(text, face) / width
    return face if longer <= 1 else leaf.face((leaf.size - 1) / longer, bold=True)


def _body(leaf: Leaf, prose: Prose, floor: float) -> None:
    """Grounds in italics, articles, lists, plain paragraphs, down to this share of the page."""
    chance, end = prose.chance, leaf.image.height * floor
    plain, bold, italic = leaf.face(), leaf.face(bold=True), leaf.face(italic=True)
    grounds = italic if chance.random() < 0.6 else plain
    for _ in range(chance.randint(1, 3)):
        if leaf.y < end - leaf.mm(30):
            leaf.flow([(prose.basis(), grounds)])
    article = 0
    while leaf.y < end:
        style = chance.randrange(4)
        if style == 0:
            article += 1
            leaf.flow([(f"Điều {article}.", bold), (prose.sentence(), plain)])
        elif style == 1:
            mark = chance.choice(("-", "+", "a)", "1."))
            for number in range(chance.randint(2, 3)):
                sign = {"a)": f"{'abcd'[number]})", "1.": f"{number + 1}."}.get(mark, mark)
                leaf.flow([(f"{sign} {prose.item()}", plain)])
        else:
            leaf.flow([(prose.paragraph(chance.randint(1, 2)), plain)])


def further_page(leaf: Leaf, chance: random.Random) -> None:
    """A page in the middle of a paper: its number on top, then text down to the margin."""
    top, leaf.y = leaf.y, leaf.mm(11)
    leaf.say_centred(str(chance.randint(2, 38)), leaf.face(), leaf.left, leaf.right)
    leaf.y = top
    _body(leaf, Prose(chance), floor=0.85)


def _foot(leaf: Leaf, prose: Prose, organ: str, sign: str) -> Signer:
    chance = prose.chance
    leaf.y += leaf.mm(2)
    top = leaf.y
    leaf.say("Nơi nhận:", leaf.face(leaf.size - 1, bold=True, italic=True), leaf.left)
    small = leaf.face(leaf.size - 2)
    for receiver in (*chance.sample(_RECEIVERS, chance.randint(2, 4)), f"- Lưu: VT, {sign}."):
        leaf.say(receiver, small, leaf.left)
    left, right = leaf.left + (leaf.right - leaf.left) * 0.52, leaf.right
    leaf.y = top
    bold, position = leaf.face(bold=True), chance.choice(_POSITIONS)
    if chance.random() < 0.4:
        leaf.say_centred(f"KT. {position}", bold, left, right)
        position = f"PHÓ {position}"
    leaf.say_centred(position, bold, left, right)
    signed = Signer(left, leaf.y, right - left, organ)
    leaf.y += leaf.mm(27)
    leaf.say_centred(prose.name(), bold, left, right)
    return signed


def form(leaf: Leaf, chance: random.Random) -> Signer:
    """A citizen's form: leaders, some filled by a printer, some by hand, some empty; check boxes."""
    prose, wide = Prose(chance), leaf.right
    leaf.say_centred(NATION, leaf.face(bold=True), leaf.left, wide)
    leaf.say_centred(MOTTO, leaf.face(bold=True), leaf.left, wide)
    leaf.y += leaf.mm(4)
    leaf.title(
        f"TỜ KHAI {chance.choice(('ĐĂNG KÝ', 'ĐỀ NGHỊ', 'XÁC NHẬN'))} {prose.place_name().upper()}",
        leaf.face(bold=True),
    )
    leaf.title(f"Kính gửi: Ủy ban nhân dân xã {prose.place_name()}", leaf.face(italic=True))
    leaf.y += leaf.mm(3)

    def value(text: str) -> str:
        draw = chance.random()
        return "⟦⟧" if draw < 0.12 else "" if draw < 0.3 else text

    leaf.row_of_fields((("Họ, chữ đệm, tên người yêu cầu:", value(prose.name())),))
    leaf.row_of_fields((("Ngày sinh:", value(prose.date())), ("Dân tộc:", value("Kinh"))))
    sex = chance.randrange(2)
    leaf.choices("Giới tính:", (("Nam", sex == 0), ("Nữ", sex == 1)))
    leaf.row_of_fields((("Số định danh cá nhân:", value(prose.citizen())),))
    leaf.row_of_fields((("Nơi cư trú:", value(prose.address().split(", tỉnh")[0])),))
    leaf.row_of_fields((("Điện thoại:", value(f"0{chance.randint(10**8, 10**9 - 1)}")), ("Thư điện tử:", "")))
    leaf.flow(
        [(f"Đề nghị {chance.choice(OFFICES)[0]} xem xét, giải quyết nội dung sau đây:", leaf.face())], indent_mm=0
    )
    for number in range(1, chance.randint(4, 6)):
        leaf.row_of_fields(((f"{number}. {chance.choice(_INDICATORS)}:", value(prose.figure())),))
    ticks = [(text, chance.random() < 0.5) for text in ("Bản sao", "Bản chính", "Trích lục")]
    leaf.choices("Giấy tờ kèm theo:", ticks)
    for text in chance.sample(("Nhận kết quả trực tiếp", "Nhận qua bưu chính công ích", "Nhận bản điện tử"), 2):
        leaf.choices("", ((text, chance.random() < 0.5),))
    leaf.flow([(prose.sentence(), leaf.face())])
    left = leaf.left + (leaf.right - leaf.left) * 0.5
    day, month, year = prose.day()
    leaf.say_centred(
        f"{prose.place_name()}, ngày {day:02} tháng {month:02} năm {year}", leaf.face(italic=True), left, wide
    )
    leaf.say_centred("Người yêu cầu", leaf.face(bold=True), left, wide)
    leaf.say_centred("(Ký, ghi rõ họ, chữ đệm, tên)", leaf.face(leaf.size - 1, italic=True), left, wide)
    signed = Signer(left, leaf.y, wide - left, "")
    leaf.y += leaf.mm(22)
    leaf.say_centred(prose.name(), leaf.face(bold=True), left, wide)
    return signed


def table(leaf: Leaf, chance: random.Random) -> None:
    """A page of statistics: heading, unit, a ruled table with figures, "-" and ‰, a note below."""
    prose = Prose(chance)
    leaf.title(f"Biểu số {chance.randint(1, 40):02}: {chance.choice(_INDICATORS)}", leaf.face(bold=True))
    leaf.title(f"(Kèm theo {prose.reference()})", leaf.face(leaf.size - 1, italic=True))
    unit = f"Đơn vị tính: {chance.choice(_UNITS)}"
    italic = leaf.face(leaf.size - 1, italic=True)
    leaf.say(unit, italic, leaf.right - leaf.width_of(unit, italic))
    year = chance.randint(2012, 2025)
    heads = ["STT", "Chỉ tiêu", "Đơn vị", f"Kế hoạch năm {year}", f"Thực hiện năm {year}", "So với cùng kỳ (%)"]
    rows = [heads, ["A", "B", "C", "1", "2", "3=2/1"]] if chance.random() < 0.5 else [heads]
    deep = len(rows)
    for number, name in enumerate(chance.sample(_INDICATORS, chance.randint(8, 13)), 1):
        rate = f"{chance.randint(55, 149)},{chance.randint(0, 9)}"
        figures = [prose.figure().removesuffix("%"), prose.figure().removesuffix("%"), rate]
        if chance.random() < 0.3:
            figures[chance.randrange(3)] = "-"
        if chance.random() < 0.15:
            figures[1] = f"{chance.randint(0, 30)},{chance.randint(0, 9)}‰"
        rows.append([str(number), name, chance.choice(_UNITS), *figures])
    leaf.grid(rows, (0.07, 0.34, 0.13, 0.16, 0.16, 0.14), heads=deep)
    leaf.flow([(f"Ghi chú: {prose.sentence()}", leaf.face(leaf.size - 1, italic=True))], indent_mm=0)
    if leaf.y < leaf.image.height * 0.8:
        leaf.flow([(prose.paragraph(1), leaf.face())])


def bilingual(leaf: Leaf, chance: random.Random) -> Signer:
    """A certificate with each line in Vietnamese and in English."""
    prose, italic = Prose(chance), leaf.face(leaf.size - 1.5, italic=True)
    bold = leaf.face(bold=True)
    leaf.say_centred(NATION, bold, leaf.left, leaf.right)
    leaf.say_centred("SOCIALIST REPUBLIC OF VIET NAM", leaf.face(leaf.size - 1), leaf.left, leaf.right)
    leaf.say_centred(MOTTO, bold, leaf.left, leaf.right)
    leaf.say_centred("Independence - Freedom - Happiness", italic, leaf.left, leaf.right)
    leaf.y += leaf.mm(6)
    leaf.title("GIẤY CHỨNG NHẬN", leaf.face(leaf.size + 2, bold=True))
    leaf.title("CERTIFICATE", leaf.face())
    leaf.y += leaf.mm(4)
    dates = prose.date(), prose.date()
    values = prose.name(), dates[0], "Việt Nam", prose.citizen(), prose.address(), prose.place_name(), "B2", dates[1]
    for (vietnamese, english), said in zip(_LABELS, values, strict=True):
        leaf.flow([(f"{vietnamese}/", leaf.face()), (f"{english}:", italic), (said, bold)], indent_mm=0)
    for sentence in chance.sample(ENGLISH, 3):
        leaf.flow([(prose.sentence(), leaf.face())])
        leaf.flow([(sentence, italic)])
    left = leaf.left + (leaf.right - leaf.left) * 0.5
    leaf.say_centred(
        f"{prose.place_name()}, {chance.randint(1, 28):02}/{chance.randint(1, 12):02}/2025", italic, left, leaf.right
    )
    leaf.say_centred("GIÁM ĐỐC/ DIRECTOR", bold, left, leaf.right)
    signed = Signer(left, leaf.y, leaf.right - left, chance.choice(OFFICES)[0])
    leaf.y += leaf.mm(26)
    leaf.say_centred(prose.name(), bold, left, leaf.right)
    return signed
