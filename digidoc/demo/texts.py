"""The texts of the sample papers: a commune, an office and persons that do not exist.

Agency H99.26 and the numbers of persons (099…) lie outside the ranges in use. Laws are cited as papers of this kind
cite them.
"""

from typing import Final

from digidoc.demo.layout import ITALIC
from digidoc.demo.papers import Centred, End, Fields, Head, NextPage, Paper, Ruled, Text

_COMMITTEE: Final = (("ỦY BAN NHÂN DÂN", True), ("XÃ AN BÌNH ĐÔNG", True))
_ECONOMY: Final = (("UBND XÃ AN BÌNH ĐÔNG", False), ("PHÒNG KINH TẾ", True))
_CENTRE: Final = (("UBND XÃ AN BÌNH ĐÔNG", False), ("TRUNG TÂM PHỤC VỤ", True), ("HÀNH CHÍNH CÔNG", True))
_CHAIR: Final = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
_DEPUTY: Final = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


def _place(day: int) -> str:
    # A day below 10 has a zero in front, a month only when it is January or February (annex I, section II, 4).
    return f"An Bình Đông, ngày {day:02d} tháng 9 năm 2025"


_SIGN_NAME: Final = "(Ký, ghi rõ họ tên)"

BIRTH_FORM: Final = Paper(
    "TỜ KHAI",
    ("ĐĂNG KÝ KHAI SINH",),
    None,
    (
        Centred("Kính gửi: Ủy ban nhân dân xã An Bình Đông", ITALIC),
        Fields((("Họ, chữ đệm, tên người yêu cầu:", "Hoàng Thị Bích Thủy"),)),
        Fields((("Nơi cư trú:", "Thôn Trung Hòa, xã An Bình Đông"),)),
        Fields((("Giấy tờ tùy thân:", "CCCD 099196004521"), ("Điện thoại:", ""))),
        Fields((("Quan hệ với người được khai sinh:", "mẹ đẻ"),)),
        Text("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", indent_mm=0.0),
        Fields((("Họ, chữ đệm, tên:", "Nguyễn Hoàng Gia Bảo"),)),
        Fields((("Ngày, tháng, năm sinh:", "28/8/2025"), ("Giới tính:", "nam"))),
        Fields((("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam"))),
        Fields((("Nơi sinh:", "Trạm Y tế xã An Bình Đông"),)),
        Fields((("Quê quán:", "xã An Bình Đông, tỉnh Trường Sơn"),)),
        Fields((("Họ, chữ đệm, tên người mẹ:", "Hoàng Thị Bích Thủy"),)),
        Fields((("Năm sinh:", "1996"), ("Dân tộc:", "Kinh"))),
        Fields((("Họ, chữ đệm, tên người cha:", "Nguyễn Văn Lộc"),)),
        Fields((("Năm sinh:", "1993"), ("Dân tộc:", "Kinh"))),
        Text(
            "Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận nhất trí của"
            " các bên liên quan theo quy định pháp luật."
        ),
        Text("Tôi chịu hoàn toàn trách nhiệm trước pháp luật về nội dung cam đoan của mình."),
    ),
    End(("Người yêu cầu",), "Hoàng Thị Bích Thủy", place_and_date=_place(8), note=_SIGN_NAME),
    "2025-09-08",
)

RESIDENCE: Final = Paper(
    "GIẤY XÁC NHẬN",
    ("Thông tin về cư trú",),
    Head(_COMMITTEE, "112", "GXN-UBND", _place(9)),
    (
        Text("Căn cứ Luật Cư trú ngày 13 tháng 11 năm 2020;", ITALIC),
        Text("Theo đề nghị của bà Hoàng Thị Bích Thủy tại tờ khai ngày 08 tháng 9 năm 2025,", ITALIC),
        Text("Ủy ban nhân dân xã An Bình Đông xác nhận:"),
        Text("1. Họ và tên: Hoàng Thị Bích Thủy. Ngày sinh: 14/3/1996. Giới tính: Nữ."),
        Text("2. Số định danh cá nhân: 099196004521."),
        Text("3. Nơi thường trú: Thôn Trung Hòa, xã An Bình Đông, tỉnh Trường Sơn."),
        Text("4. Nơi ở hiện tại: Thôn Trung Hòa, xã An Bình Đông, tỉnh Trường Sơn, từ ngày 20 tháng 5 năm 2019."),
        Text(
            "Giấy này có giá trị sử dụng trong thời hạn 06 tháng kể từ ngày cấp, dùng để làm thủ tục đăng ký khai sinh."
        ),
    ),
    End(_DEPUTY, "Lê Thị Minh Nguyệt", ("- Bà Hoàng Thị Bích Thủy;", "- Lưu: VT, HT.")),
    "2025-09-09",
)

BIRTH_DECISION: Final = Paper(
    "QUYẾT ĐỊNH",
    ("Về việc cải chính thông tin hộ tịch",),
    Head(_COMMITTEE, "386", "QĐ-UBND", _place(11)),
    (
        Centred("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ AN BÌNH ĐÔNG"),
        Text("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", ITALIC),
        Text("Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014;", ITALIC),
        Text("Xét đề nghị của công chức tư pháp - hộ tịch tại phiếu trình ngày 10 tháng 9 năm 2025.", ITALIC),
        Centred("QUYẾT ĐỊNH:"),
        Text(
            "Điều 1. Cải chính nơi sinh của người mẹ trong hồ sơ đăng ký khai sinh của trẻ Nguyễn Hoàng Gia Bảo, từ"
            " “xã An Bình” thành “xã An Bình Đông”, theo đúng giấy tờ tùy thân đã nộp."
        ),
        Text("Điều 2. Lệ phí cải chính hộ tịch được miễn theo Nghị quyết của Hội đồng nhân dân tỉnh."),
        Text(
            "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Công chức tư pháp - hộ tịch và bà Hoàng Thị Bích Thủy"
            " chịu trách nhiệm thi hành Quyết định này."
        ),
    ),
    End(("CHỦ TỊCH",), "Trần Quốc Hưng", ("- Như Điều 3;", "- Sở Tư pháp;", "- Lưu: VT, HT.")),
    "2025-09-11",
)

LAND_REQUEST: Final = Paper(
    "ĐƠN ĐỀ NGHỊ",
    ("Chuyển mục đích sử dụng đất",),
    None,
    (
        Centred("Kính gửi: Ủy ban nhân dân xã An Bình Đông", ITALIC),
        Text("1. Người đề nghị: ông Vũ Đình Toàn, sinh năm 1968, số định danh cá nhân 099068001234."),
        Text("2. Địa chỉ thường trú: Thôn Bắc Sơn, xã An Bình Đông, tỉnh Trường Sơn."),
        Text(
            "3. Thửa đất đang sử dụng: thửa số 217, tờ bản đồ số 14, diện tích 486,5 m2, đất trồng cây lâu năm, theo"
            " Giấy chứng nhận quyền sử dụng đất số CH 00582 cấp ngày 22 tháng 4 năm 2016."
        ),
        Text("4. Đề nghị cho chuyển 120,0 m2 của thửa đất trên sang đất ở tại nông thôn."),
        Text(
            "5. Lý do: gia đình có con trai đã lập gia đình, cần xây dựng nhà ở riêng; phần đất đề nghị nằm tiếp giáp"
            " đường thôn, đã có điện, nước và phù hợp với kế hoạch sử dụng đất năm 2025 của xã đã công bố công khai."
        ),
        NextPage(),
        Text("6. Giấy tờ nộp kèm theo đơn này gồm có:"),
        Text("a) Bản sao Giấy chứng nhận quyền sử dụng đất;"),
        Text("b) Sơ đồ vị trí khu đất đề nghị chuyển mục đích sử dụng, tỷ lệ 1/500."),
        Text(
            "7. Tôi cam kết sử dụng đất đúng mục đích, chấp hành đúng các quy định của pháp luật về đất đai, nộp tiền"
            " sử dụng đất, lệ phí đầy đủ và đúng thời hạn theo thông báo của cơ quan thuế."
        ),
    ),
    End(("Người làm đơn",), "Vũ Đình Toàn", place_and_date=_place(3), note=_SIGN_NAME),
    "2025-09-03",
)

LAND_MINUTES: Final = Paper(
    "BIÊN BẢN",
    ("Kiểm tra hiện trạng sử dụng đất",),
    Head(_ECONOMY, "27", "BB-PKT", _place(10), by_hand=True),
    (
        Text(
            "Hôm nay, vào hồi 8 giờ 30 phút ngày 10 tháng 9 năm 2025, tại thửa đất số 217, tờ bản đồ số 14, thôn Bắc"
            " Sơn, chúng tôi gồm có:"
        ),
        Text("1. Ông Đỗ Văn Khải, Trưởng phòng Kinh tế xã, chủ trì;"),
        Text("2. Bà Ngô Thị Lan, công chức địa chính - xây dựng;"),
        Text("3. Ông Vũ Đình Toàn, người sử dụng đất."),
        Text("Kết quả đo đạc, kiểm tra thực địa như sau:"),
        Ruled(
            (
                ("STT", "Loại đất", "Diện tích (m2)", "Ghi chú"),
                ("1", "Đất trồng cây lâu năm", "366,5", "Giữ nguyên"),
                ("2", "Đất ở tại nông thôn", "120,0", "Đề nghị chuyển"),
                ("3", "Tổng cộng", "486,5", "Không tranh chấp"),
            ),
            (0.1, 0.36, 0.24, 0.3),
        ),
        Text("Ranh giới thửa đất rõ ràng, không có tranh chấp với các hộ liền kề. Đất không thuộc hành lang bảo vệ."),
        Text("Biên bản lập xong hồi 10 giờ 15 phút cùng ngày, đã đọc cho mọi người cùng nghe và nhất trí ký tên."),
    ),
    End(("TRƯỞNG PHÒNG",), "Đỗ Văn Khải", ("- UBND xã;", "- Ông Vũ Đình Toàn;", "- Lưu: PKT.")),
    "2025-09-10",
)

LAND_PROPOSAL: Final = Paper(
    "TỜ TRÌNH",
    ("Về việc cho phép chuyển mục đích sử dụng đất của hộ ông Vũ Đình Toàn",),
    Head(_ECONOMY, "64", "TTr-PKT", _place(12)),
    (
        Centred("Kính gửi: Ủy ban nhân dân xã An Bình Đông", ITALIC),
        Text("Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024 và các văn bản hướng dẫn thi hành;"),
        Text(
            "Căn cứ Kế hoạch sử dụng đất năm 2025 của xã; Biên bản số 27/BB-PKT ngày 10 tháng 9 năm 2025 về kiểm tra"
            " hiện trạng sử dụng đất;"
        ),
        Text(
            "Sau khi thẩm định hồ sơ, Phòng Kinh tế nhận thấy hồ sơ đầy đủ, hợp lệ; việc chuyển mục đích sử dụng phù"
            " hợp với quy hoạch, không ảnh hưởng đến các công trình công cộng và không làm thay đổi ranh giới thửa đất."
        ),
        Text(
            "Phòng Kinh tế kính trình Ủy ban nhân dân xã xem xét, quyết định cho phép hộ ông Vũ Đình Toàn chuyển 120,0"
            " m2 đất trồng cây lâu năm sang đất ở tại nông thôn."
        ),
        Text("Trân trọng kính trình./."),
    ),
    End(("TRƯỞNG PHÒNG",), "Đỗ Văn Khải", ("- Như trên;", "- Lưu: PKT.")),
    "2025-09-12",
)

LAND_DECISION: Final = Paper(
    "QUYẾT ĐỊNH",
    ("Về việc cho phép chuyển mục đích sử dụng đất",),
    Head(_COMMITTEE, "412", "QĐ-UBND", _place(17)),
    (
        Centred("ỦY BAN NHÂN DÂN XÃ AN BÌNH ĐÔNG"),
        Text("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;", ITALIC),
        Text("Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;", ITALIC),
        Text("Theo đề nghị của Phòng Kinh tế tại Tờ trình số 64/TTr-PKT ngày 12 tháng 9 năm 2025.", ITALIC),
        Centred("QUYẾT ĐỊNH:"),
        Text(
            "Điều 1. Cho phép ông Vũ Đình Toàn, thường trú tại thôn Bắc Sơn, được chuyển mục đích sử dụng 120,0 m2 đất"
            " trồng cây lâu năm thuộc thửa đất số 217, tờ bản đồ số 14 sang đất ở tại nông thôn."
        ),
        Text("Thời hạn sử dụng đất: lâu dài. Hình thức: Nhà nước giao đất có thu tiền sử dụng đất."),
        Text("Điều 2. Giao trách nhiệm cho các cơ quan, đơn vị và cá nhân có liên quan như sau:"),
        Text("1. Phòng Kinh tế chuyển thông tin địa chính cho cơ quan thuế để xác định nghĩa vụ tài chính;"),
        Text("2. Ông Vũ Đình Toàn nộp tiền sử dụng đất, lệ phí theo thông báo của cơ quan thuế."),
        NextPage(),
        Text("3. Văn phòng đăng ký đất đai chỉnh lý hồ sơ địa chính và cấp Giấy chứng nhận theo quy định."),
        Text("Điều 3. Quyết định này có hiệu lực thi hành kể từ ngày ký."),
        Text(
            "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng phòng Kinh tế, Thủ trưởng các cơ quan có"
            " liên quan và ông Vũ Đình Toàn chịu trách nhiệm thi hành Quyết định này./."
        ),
    ),
    End(_CHAIR, "Trần Quốc Hưng", ("- Như Điều 3;", "- Sở Nông nghiệp và Môi trường;", "- Lưu: VT, PKT.")),
    "2025-09-17",
)

SHOP_FORM: Final = Paper(
    "GIẤY ĐỀ NGHỊ",
    ("Đăng ký hộ kinh doanh",),
    None,
    (
        Centred("Kính gửi: Phòng Kinh tế xã An Bình Đông", ITALIC),
        Fields((("Tôi là:", "Phan Thị Thu Hà"), ("Giới tính:", "nữ"))),
        Fields((("Sinh ngày:", "02/11/1987"), ("Dân tộc:", "Kinh"))),
        Fields((("Số định danh cá nhân:", "099187002765"),)),
        Fields((("Điện thoại:", ""), ("Thư điện tử:", ""))),
        Text("Đề nghị đăng ký hộ kinh doanh do tôi là chủ hộ với các nội dung sau:", indent_mm=0.0),
        Fields((("1. Tên hộ kinh doanh:", "Tạp hóa Thu Hà"),)),
        Fields((("2. Trụ sở:", "Số 15 đường Trung Tâm, thôn Trung Hòa"),)),
        Fields((("3. Ngành nghề:", "Bán lẻ thực phẩm, đồ gia dụng"),)),
        Fields((("4. Vốn kinh doanh:", "80.000.000 đồng"),)),
        Fields((("5. Số lao động dự kiến:", "02"), ("6. Ngày bắt đầu:", "01/10/2025"))),
        Text(
            "Tôi cam kết bản thân không thuộc diện pháp luật cấm kinh doanh; trụ sở thuộc quyền sử dụng hợp pháp của"
            " tôi; chịu trách nhiệm trước pháp luật về tính trung thực của nội dung đăng ký trên."
        ),
    ),
    End(("Chủ hộ kinh doanh",), "Phan Thị Thu Hà", place_and_date=_place(11), note=_SIGN_NAME),
    "2025-09-11",
)

SHOP_LETTER: Final = Paper(
    "",
    (),
    Head(
        _ECONOMY,
        "158",
        "PKT-ĐKKD",
        _place(15),
        about=("V/v phối hợp xác minh địa điểm", "đăng ký hộ kinh doanh"),
    ),
    (
        Centred("Kính gửi: Công an xã An Bình Đông", ITALIC),
        Text(
            "Phòng Kinh tế xã nhận được hồ sơ đề nghị đăng ký hộ kinh doanh của bà Phan Thị Thu Hà, địa điểm kinh doanh"
            " tại số 15 đường Trung Tâm, thôn Trung Hòa, xã An Bình Đông."
        ),
        Text(
            "Để có cơ sở giải quyết hồ sơ theo đúng thời hạn, Phòng Kinh tế đề nghị Công an xã phối hợp, cho ý kiến về"
            " các nội dung sau:"
        ),
        Text("1. Địa điểm nêu trên có thuộc khu vực không được phép kinh doanh hay không;"),
        Text("2. Điều kiện về phòng cháy, chữa cháy đối với ngành nghề bán lẻ thực phẩm, đồ gia dụng."),
        Text(
            "Ý kiến bằng văn bản đề nghị gửi về Phòng Kinh tế trước ngày 18 tháng 9 năm 2025 để tổng hợp. Quá thời hạn"
            " trên, nếu không nhận được văn bản thì coi như thống nhất."
        ),
        Text("Rất mong nhận được sự quan tâm phối hợp của Quý cơ quan./."),
    ),
    End(("TRƯỞNG PHÒNG",), "Đỗ Văn Khải", ("- Như trên;", "- UBND xã (để b/c);", "- Lưu: PKT.")),
    "2025-09-15",
)

SHOP_CERTIFICATE: Final = Paper(
    "GIẤY CHỨNG NHẬN",
    ("ĐĂNG KÝ HỘ KINH DOANH",),
    Head(_ECONOMY, "35", "GCN-PKT", _place(19)),
    (
        Centred("Đăng ký lần đầu, ngày 19 tháng 9 năm 2025", ITALIC),
        Text("1. Tên hộ kinh doanh: TẠP HÓA THU HÀ", indent_mm=0.0),
        Text(
            "2. Địa chỉ trụ sở: Số 15 đường Trung Tâm, thôn Trung Hòa, xã An Bình Đông, tỉnh Trường Sơn",
            indent_mm=0.0,
        ),
        Text("3. Ngành, nghề kinh doanh: Bán lẻ thực phẩm, đồ gia dụng trong cửa hàng", indent_mm=0.0),
        Text("4. Vốn kinh doanh: 80.000.000 đồng (bằng chữ: Tám mươi triệu đồng)", indent_mm=0.0),
        Text("5. Chủ hộ kinh doanh: Phan Thị Thu Hà. Giới tính: Nữ", indent_mm=0.0),
        Text("Ngày sinh: 02/11/1987. Dân tộc: Kinh. Quốc tịch: Việt Nam", indent_mm=5.0),
        Text("Số định danh cá nhân: 099187002765", indent_mm=5.0),
        Text("Nơi thường trú: Thôn Trung Hòa, xã An Bình Đông, tỉnh Trường Sơn", indent_mm=5.0),
    ),
    End(("TRƯỞNG PHÒNG",), "Đỗ Văn Khải"),
    "2025-09-19",
)

NOTICE: Final = Paper(
    "THÔNG BÁO",
    ("Về việc tiếp nhận và trả kết quả ngoài giờ hành chính",),
    Head(_CENTRE, "41", "TB-TTPVHCC", _place(18)),
    (
        Text("Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ;", ITALIC),
        Text(
            "Nhằm tạo điều kiện thuận lợi cho người dân và doanh nghiệp, Trung tâm Phục vụ hành chính công xã An Bình"
            " Đông thông báo:"
        ),
        Text(
            "1. Từ ngày 01 tháng 10 năm 2025, Trung tâm tiếp nhận hồ sơ và trả kết quả vào sáng thứ Bảy hằng tuần, từ 7"
            " giờ 30 phút đến 11 giờ 00 phút."
        ),
        Text(
            "2. Hồ sơ nộp trực tuyến được tiếp nhận vào mọi thời điểm; kết quả giải quyết được số hóa, ký số và gửi vào"
            " kho dữ liệu của công dân."
        ),
        Text("3. Người dân cần hỗ trợ xin gọi số điện thoại 0255 000 0026 trong giờ làm việc."),
        Text("Trung tâm Phục vụ hành chính công xã thông báo để các cơ quan, tổ chức và cá nhân được biết./."),
    ),
    End(("GIÁM ĐỐC",), "Phạm Thu Huyền", ("- UBND xã;", "- Các thôn;", "- Lưu: VT.")),
    "2025-09-18",
)

REPORT: Final = Paper(
    "BÁO CÁO",
    ("Kết quả số hóa hồ sơ thủ tục hành chính tháng 9 năm 2025",),
    Head(_CENTRE, "53", "BC-TTPVHCC", _place(30)),
    (
        Centred("Kính gửi: Ủy ban nhân dân xã An Bình Đông", ITALIC),
        Text(
            "Thực hiện kế hoạch chuyển đổi số năm 2025 của xã, Trung tâm Phục vụ hành chính công báo cáo kết quả số hóa"
            " hồ sơ, kết quả giải quyết thủ tục hành chính trong tháng 9 như sau:"
        ),
        Text("1. Tổng số hồ sơ tiếp nhận: 642 hồ sơ, trong đó trực tuyến 418 hồ sơ, đạt tỷ lệ 65,11%."),
        Text("2. Số hồ sơ đã giải quyết: 597 hồ sơ; trước hạn và đúng hạn 591 hồ sơ, đạt tỷ lệ 98,99%."),
        Text("3. Số kết quả đã được số hóa, ký số: 503 kết quả, đạt tỷ lệ 84,25%."),
        Text(
            "Khó khăn: máy quét cũ, nhiều bản quét bị nghiêng, mờ; một số giấy tờ viết tay phải kiểm tra lại bằng mắt"
            " thường trước khi lưu kho."
        ),
        Text("Trung tâm kính báo cáo Ủy ban nhân dân xã theo dõi, chỉ đạo./."),
    ),
    End(("GIÁM ĐỐC",), "Phạm Thu Huyền", ("- Như trên;", "- Lưu: VT.")),
    "2025-09-30",
)
