"""Sentences in which plans state goals, made up for these tests, with what they say.

Each is read as one bullet of the goals part of a plan for 2023-2025, under a heading for 2025.
Targets are (indicator, comparator, value, unit, year) or, with a condition, a sixth member
(comparator, value, unit); baselines are (indicator, value, unit, as_of).
"""

from dataclasses import dataclass, field

P100 = "per 100 people"


@dataclass(frozen=True)
class Case:
    """A sentence and the targets and baselines that it states."""

    text: str
    targets: list[tuple] = field(default_factory=list)
    baselines: list[tuple] = field(default_factory=list)


def t(indicator, value, comparator="=", unit="%", year=2025, condition=None):
    """Return an expected target."""
    return (indicator, comparator, value, unit, year, condition)


CASES = [
    # --- the comparator's words
    Case("Trên 20% dân số được phủ sóng 5G.", [t("population_5g_share", 20, ">")]),
    Case(
        "Tỷ lệ hộ gia đình có kết nối Internet cáp quang đạt tối thiểu 80%.",
        [t("household_fibre_share", 80, ">=")],
    ),
    Case("Tỷ lệ người chỉ sử dụng điện thoại 2G không quá 3%.", [t("only_2g_user_share", 3, "<=")]),
    Case(
        "Tỷ lệ người chỉ sử dụng điện thoại 2G giảm xuống dưới 5%.",
        [t("only_2g_user_share", 5, "<")],
    ),
    Case(
        "Từ 70% trở lên doanh nghiệp sử dụng nền tảng số.",
        [t("enterprise_platform_share", 70, ">=")],
    ),
    Case(
        "Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt từ 85% trở lên.",
        [t("adult_smartphone_share", 85, ">=")],
    ),
    Case(
        "Phấn đấu tỷ lệ thôn, bản được phủ sóng băng rộng di động không dưới 99%.",
        [t("village_mobile_broadband_share", 99, ">=")],
    ),
    Case(
        "Ít nhất 60% trạm BTS phát triển mới dùng chung hạ tầng.",
        [t("new_bts_sharing_share", 60, ">=")],
    ),
    Case("Tỷ lệ dùng chung cống bể cáp đạt hơn 45%.", [t("duct_sharing_share", 45, ">")]),
    Case("Tỷ lệ dùng chung cột treo cáp ≥ 90%.", [t("pole_sharing_share", 90, ">=")]),
    Case(
        "Tỷ lệ hộ gia đình có truy nhập Internet đạt và vượt 92%.",
        [t("household_internet_share", 92, ">=")],
    ),
    Case("Tỷ lệ người sử dụng Internet: 95%.", [t("internet_user_share", 95)]),
    # --- how values are written
    Case(
        "Tỷ lệ thôn, bản có cáp quang được phủ băng rộng cố định đạt 95,25%.",
        [t("village_fibre_share", 95.25)],
    ),
    Case(
        "Tỷ lệ thuê bao sử dụng điện thoại thông minh trên tổng số thuê bao "
        "điện thoại di động đạt 87.5%.",
        [t("smartphone_subscription_share", 87.5)],
    ),
    Case(
        "Tỷ lệ hộ gia đình có băng rộng cố định đạt chín mươi phần trăm.",
        [t("household_fixed_broadband_share", 90)],
    ),
    Case(
        "Tỷ lệ người sử dụng Internet đạt tám mươi lăm phần trăm (85%).",
        [t("internet_user_share", 85)],
    ),
    Case(
        "Tốc độ băng rộng cố định đạt tối thiểu 1 Gb/s.",
        [t("fixed_download_speed", 1000, ">=", "Mbps")],
    ),
    Case(
        "Tốc độ tải xuống băng rộng di động trung bình trên 100 Mbps.",
        [t("mobile_download_speed", 100, ">", "Mbps")],
    ),
    Case(
        "Số thuê bao băng rộng di động/100 dân đạt 105 thuê bao.",
        [t("mobile_broadband_subs_per_100", 105, "=", P100)],
    ),
    Case(
        "Số thuê bao băng rộng cố định trên 100 dân đạt 25,5.",
        [t("fixed_broadband_subs_per_100", 25.5, "=", P100)],
    ),
    Case(
        "Mỗi người dân trưởng thành có 01 tài khoản dịch vụ điện toán đám mây.",
        [t("cloud_accounts_per_adult", 1, "=", "accounts per adult")],
    ),
    Case(
        "Bình quân mỗi người dân có tối thiểu một tài khoản sử dụng dịch vụ điện toán đám mây.",
        [t("cloud_accounts_per_person", 1, ">=", "accounts per person")],
    ),
    Case("Xây dựng mới 1.250 trạm BTS.", [t(None, 1250, "=", "trạm BTS")]),
    Case(
        "Lắp đặt tối thiểu 10.500 điểm phát wifi công cộng.",
        [t(None, 10500, ">=", "điểm phát wifi")],
    ),
    Case(
        "Tất cả các thôn, bản được phủ sóng băng rộng di động.",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case("Phủ sóng 4G cho toàn bộ các thôn, bản.", [t("village_mobile_broadband_share", 100)]),
    Case("Số trạm 5G đạt tối thiểu 50% số trạm 4G.", [t("station_5g_to_4g_ratio", 50, ">=")]),
    # --- several goals in one sentence
    Case(
        "100% cơ quan nhà nước sử dụng nền tảng số; 70% doanh nghiệp sử dụng nền tảng số.",
        [t("agency_platform_share", 100), t("enterprise_platform_share", 70)],
    ),
    Case(
        "100% cơ quan, tổ chức nhà nước và 65% doanh nghiệp sử dụng nền tảng "
        "số phục vụ chuyển đổi số.",
        [t("agency_platform_share", 100), t("enterprise_platform_share", 65)],
    ),
    Case(
        "Tỷ lệ dùng chung vị trí trạm BTS đạt 25%, tỷ lệ dùng chung cột treo "
        "cáp đạt 90%, tỷ lệ dùng chung cống bể cáp đạt 60%.",
        [t("bts_site_sharing_share", 25), t("pole_sharing_share", 90), t("duct_sharing_share", 60)],
    ),
    Case(
        "Phấn đấu 80% hộ gia đình có Internet cáp quang, 90% dân số trưởng "
        "thành có điện thoại thông minh.",
        [t("household_fibre_share", 80), t("adult_smartphone_share", 90)],
    ),
    Case(
        "90% đường truyền Internet cố định của cá nhân có tốc độ trung bình "
        "200 Mb/s và 90% đường truyền Internet của cơ quan, tổ chức có tốc độ trung bình "
        "1 Gb/s.",
        [
            t("personal_line_200mbps_share", 90, condition=("=", 200, "Mbps")),
            t("organisation_line_1gbps_share", 90, condition=("=", 1000, "Mbps")),
        ],
    ),
    Case(
        "Phủ sóng băng rộng di động với tốc độ trung bình 70 Mbps cho 99% dân số.",
        [t("population_mobile_70mbps_share", 99, condition=("=", 70, "Mbps"))],
    ),
    Case(
        "100% khu công nghệ cao, khu công nghệ thông tin tập trung có truy "
        "nhập Internet với tốc độ không dưới 1 Gbps.",
        [t("innovation_zone_1gbps_share", 100, condition=(">=", 1000, "Mbps"))],
    ),
    # --- years
    Case(
        "Tỷ lệ hộ gia đình có băng rộng cố định đạt 80% vào năm 2025 và 95% vào năm 2030.",
        [
            t("household_fixed_broadband_share", 80),
            t("household_fixed_broadband_share", 95, year=2030),
        ],
    ),
    Case(
        "Đến năm 2025, tỷ lệ người sử dụng Internet đạt 85%; đến năm 2030 đạt 95%.",
        [t("internet_user_share", 85), t("internet_user_share", 95, year=2030)],
    ),
    Case(
        "Tỷ lệ dân số được phủ sóng 5G năm 2025 và năm 2030 lần lượt đạt 25% và 99%.",
        [t("population_5g_share", 25), t("population_5g_share", 99, year=2030)],
    ),
    Case(
        "Tỷ lệ dùng chung cột treo cáp đạt 80% (năm 2024), 90% (năm 2025).",
        [t("pole_sharing_share", 80, year=2024), t("pole_sharing_share", 90)],
    ),
    Case(
        "Đến hết năm 2024, 100% UBND cấp xã kết nối mạng truyền số liệu chuyên dùng.",
        [t("commune_office_dedicated_network_share", 100, year=2024)],
    ),
    Case(
        "Trong giai đoạn 2023 - 2025, tỷ lệ thôn được phủ sóng băng rộng di động đạt 100%.",
        [t("village_mobile_broadband_share", 100)],
    ),
    # --- baseline and target in one line
    Case(
        "Tỷ lệ hộ gia đình có băng rộng cố định tăng từ 67,75% năm 2022 lên 75% năm 2025.",
        [t("household_fixed_broadband_share", 75)],
        [("household_fixed_broadband_share", 67.75, "%", "2022")],
    ),
    Case(
        "Tỷ lệ người sử dụng Internet đạt 90% (hiện trạng năm 2022: 78,4%).",
        [t("internet_user_share", 90)],
        [("internet_user_share", 78.4, "%", "2022")],
    ),
    Case(
        "Tỷ lệ dùng chung vị trí trạm BTS hiện nay là 16%, phấn đấu đến năm 2025 đạt 30%.",
        [t("bts_site_sharing_share", 30)],
        [("bts_site_sharing_share", 16, "%", None)],
    ),
    Case(
        "Số thuê bao băng rộng di động/100 dân: năm 2021 đạt 70%, năm 2025 đạt 90%.",
        [t("mobile_broadband_subs_per_100", 90, "=", P100)],
        [("mobile_broadband_subs_per_100", 70, P100, "2021")],
    ),
    # --- what the catalogue does not know
    Case("Tỷ lệ hộ nghèo có kết nối Internet đạt 60%.", [t(None, 60)]),
    Case("80% trường học có hạ tầng wifi phục vụ dạy và học.", [t(None, 80)]),
    Case("Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số đạt 50%.", [t(None, 50)]),
    Case(
        "Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân đạt trên 50%.",
        [t(None, 50, ">")],
    ),
    Case("100% hồ sơ công việc tại cấp xã được xử lý trên môi trường mạng.", [t(None, 100)]),
    Case("Tỷ lệ hộ gia đình có địa chỉ số đạt 90%.", [t(None, 90)]),
    Case("100% tuyến đường đô thị loại I được ngầm hóa cáp viễn thông.", [t(None, 100)]),
    Case("90% khu công nghiệp, khu chế xuất được phủ sóng 5G.", [t(None, 90)]),
    Case("Tỷ lệ thuê bao sử dụng IPv6 đạt 70%.", [t(None, 70)]),
    Case("Mật độ trạm BTS đạt 1,2 trạm/1.000 dân.", [t(None, 1.2, "=", "trạm")]),
    Case(
        "Nằm trong nhóm 15 tỉnh, thành phố dẫn đầu về chỉ số hạ tầng số.",
        [t(None, 15, "<=", "rank")],
    ),
    # --- faults of scanning
    Case("Tỷ lệ dùng chung công bề cáp đạt 70%.", [t("duct_sharing_share", 70)]),
    Case(
        "Tỷ lệ khôi phục phủ mạng băng rộng cố định (cáp quang FTTH) đạt 100%.",
        [t("village_fibre_share", 100)],
    ),
    Case(
        "Phần đấu 1OO% thôn bàn được phủ sóng băng rông di đông.",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case(
        "Ty lệ hộ gia dình có băng rộng cố dịnh đat 75 %.",
        [t("household_fixed_broadband_share", 75)],
    ),
    # --- milestones and what no one could check
    Case(
        "Hoàn thành tắt sóng 2G trước tháng 9/2024.",
        [t("mobile_2g_switch_off", 1, "=", "yes/no", 2024)],
    ),
    Case(
        "Thành lập nhóm chuyên gia hỗ trợ AI, blockchain, IoT.",
        [t("technology_expert_group", 1, "=", "yes/no")],
    ),
    Case(
        "Đưa vào vận hành bản đồ số hạ tầng viễn thông của tỉnh trong năm 2024.",
        [t(None, 1, "=", "yes/no", 2024)],
    ),
    Case("Hình thành hệ sinh thái nền tảng số đáp ứng cơ bản yêu cầu chuyển đổi số."),
    Case("Nâng cao chất lượng mạng 4G, từng bước triển khai mạng 5G."),
    Case("Tuân thủ Quyết định số 36/QĐ-TTg ngày 11/01/2024 về quy hoạch hạ tầng thông tin."),
    # --- more of the same, by other hands
    Case(
        "Tỷ lệ hộ gia đình có băng rộng cố định đạt 75% (năm 2022 là 67,75%).",
        [t("household_fixed_broadband_share", 75)],
        [("household_fixed_broadband_share", 67.75, "%", "2022")],
    ),
    Case(
        "Nâng tỷ lệ hộ gia đình có Internet cáp quang từ 62% lên 80%.",
        [t("household_fibre_share", 80)],
        [("household_fibre_share", 62, "%", None)],
    ),
    Case(
        "Tỷ lệ thôn phủ sóng băng rộng di động: hiện trạng 92%; mục tiêu 98%.",
        [t("village_mobile_broadband_share", 98)],
        [("village_mobile_broadband_share", 92, "%", None)],
    ),
    Case(
        "Tỷ lệ người sử dụng Internet đạt 85%, tăng 7,25% so với năm 2022.",
        [t("internet_user_share", 85)],
    ),
    Case(
        "Tỷ lệ dùng chung vị trí trạm BTS tăng từ 16% năm 2022 lên 30% năm 2025 và 50% năm 2030.",
        [t("bts_site_sharing_share", 30), t("bts_site_sharing_share", 50, year=2030)],
        [("bts_site_sharing_share", 16, "%", "2022")],
    ),
    Case(
        "Tỷ lệ dân số được phủ sóng 5G đạt tương ứng 25% và 99% vào các năm 2025, 2030.",
        [t("population_5g_share", 25), t("population_5g_share", 99, year=2030)],
    ),
    Case(
        "Đến năm 2025, phấn đấu đạt 80% và đến năm 2030 đạt 95% hộ gia đình có Internet cáp quang.",
        [t("household_fibre_share", 80), t("household_fibre_share", 95, year=2030)],
    ),
    Case(
        "Tỷ lệ thôn, bản được phủ băng rộng cố định (cáp quang) đạt 100% và "
        "được phủ băng rộng di động đạt 100%.",
        [t("village_fibre_share", 100), t("village_mobile_broadband_share", 100)],
    ),
    Case(
        "Tỷ lệ dùng chung hạ tầng: Trạm BTS đạt 20%; cột treo cáp đạt 95%; cống, bể cáp đạt 50%.",
        [t("bts_site_sharing_share", 20), t("pole_sharing_share", 95), t("duct_sharing_share", 50)],
    ),
    Case(
        "Giảm tỷ lệ thuê bao 2G xuống không quá 2% tổng số thuê bao di động.",
        [t("only_2g_user_share", 2, "<=")],
    ),
    Case(
        "Bảo đảm 100% trạm BTS xây dựng mới sử dụng chung hạ tầng với ít nhất 02 doanh nghiệp.",
        [t("new_bts_sharing_share", 100)],
    ),
    Case(
        "Đạt 90% đường truyền Internet cố định cá nhân có tốc độ trung bình trên 200 Mbps.",
        [t("personal_line_200mbps_share", 90, condition=(">", 200, "Mbps"))],
    ),
    Case("Phấn đấu 100% (12/12) thôn có cáp quang.", [t("village_fibre_share", 100)]),
    Case(
        "Mỗi hộ gia đình có 01 đường Internet cáp quang băng rộng.",
        [t(None, 1, "=", "đường Internet")],
    ),
    Case("100% doanh nghiệp viễn thông chia sẻ hạ tầng cột treo cáp.", [t(None, 100)]),
    Case("Độ trễ mạng di động dưới 10 ms.", [t(None, 10, "<", "ms")]),
    Case("Thời gian xử lý phản ánh về sóng di động không quá 24 giờ.", [t(None, 24, "<=", "giờ")]),
]

# Like an indicator of the catalogue, and none: a restriction, another holder, another thing.
UNKNOWN = [
    "Tỷ lệ hộ gia đình có máy tính đạt 60%.",
    "Tỷ lệ hộ gia đình có ti vi thông minh kết nối Internet đạt 50%.",
    "Tỷ lệ người dân sử dụng dịch vụ công trực tuyến đạt 70%.",
    "Tỷ lệ người dân được phổ cập kỹ năng số cơ bản đạt 80%.",
    "Tỷ lệ thôn có tổ công nghệ số cộng đồng đạt 100%.",
    "Tỷ lệ thôn có nhà văn hóa được lắp đặt wifi đạt 90%.",
    "Tỷ lệ trường học, cơ sở y tế có kết nối Internet cáp quang đạt 100%.",
    "Tỷ lệ doanh nghiệp sử dụng chữ ký số đạt 90%.",
    "Tỷ lệ doanh nghiệp ứng dụng hóa đơn điện tử đạt 100%.",
    "Tỷ lệ doanh nghiệp sử dụng nền tảng họp trực tuyến đạt 60%.",
    "Tỷ lệ doanh nghiệp công nghệ số sử dụng nền tảng số đạt 60%.",
    "Tỷ lệ cơ quan nhà nước kết nối mạng truyền số liệu chuyên dùng đạt 100%.",
    "Tỷ lệ cơ quan nhà nước có trang thông tin điện tử đạt 100%.",
    "Tỷ lệ trạm BTS sử dụng năng lượng mặt trời đạt 10%.",
    "Tỷ lệ trạm BTS được kết nối cáp quang đạt 95%.",
    "Tỷ lệ trạm BTS ngụy trang tại đô thị đạt 30%.",
    "Tỷ lệ cột treo cáp được bó gọn, chỉnh trang cáp đạt 80%.",
    "Tỷ lệ cột điện dùng chung để treo cáp viễn thông đạt 85%.",
    "Tỷ lệ dùng chung hạ tầng viễn thông thụ động đạt 35%.",
    "Tỷ lệ thuê bao di động 5G trên tổng số thuê bao di động đạt 30%.",
    "Tỷ lệ thuê bao chính chủ đạt 100%.",
    "Tỷ lệ dân số sử dụng mạng xã hội đạt 75%.",
    "Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử đạt 90%.",
    "Tỷ lệ dân số có hồ sơ sức khỏe điện tử đạt 90%.",
    "Tỷ lệ phủ sóng 5G tại các khu vực đô thị đạt 80%.",
    "Tỷ lệ diện tích được phủ sóng di động đạt 98%.",
    "Tỷ lệ xã được phủ sóng 5G đạt 50%.",
    "100% xã có đường truyền cáp quang.",
    "Tốc độ tải lên băng rộng di động đạt 30 Mbps.",
    "Tốc độ mạng 5G trung bình đạt 300 Mbps.",
    "Tốc độ Internet wifi công cộng đạt 50 Mbps.",
    "Tỷ lệ thiết bị IoT được bảo đảm an toàn đạt 100%.",
    "100% hệ thống thông tin được phê duyệt cấp độ an toàn.",
    "Tỷ lệ hệ thống thông tin sử dụng dịch vụ điện toán đám mây đạt 50%.",
    "100% cơ quan nhà nước triển khai IPv6 trên cổng thông tin điện tử.",
    "Tỷ lệ dịch vụ công trực tuyến toàn trình đạt 80%.",
    "70% hộ sản xuất kinh doanh có gian hàng số.",
    "Số thuê bao điện thoại di động/100 dân đạt 120.",
    "Số thuê bao Internet/100 dân đạt 95.",
    "Số máy tính/100 dân đạt 30.",
    "Mỗi người dân có 01 tài khoản dịch vụ công trực tuyến.",
    "Bình quân mỗi hộ có 02 thiết bị kết nối Internet.",
    "Thành lập Tổ công tác phát triển hạ tầng số.",
    "Ban hành kế hoạch phát triển hạ tầng viễn thông thụ động.",
    "Hình thành hệ sinh thái khởi nghiệp đổi mới sáng tạo.",
    "Ban hành bộ tiêu chuẩn kết nối dữ liệu.",
    "90% người dân hài lòng về chất lượng dịch vụ Internet.",
    "95% khu vực lõm sóng được phủ sóng di động băng rộng.",
    "80% bưu điện văn hóa xã có Internet cáp quang.",
    "60% hộ dân tộc thiểu số có điện thoại thông minh.",
    "100% học sinh trung học phổ thông có điện thoại thông minh.",
    "75% hộ gia đình có điện thoại thông minh.",
    "Tỷ lệ hộ gia đình có ít nhất một người biết sử dụng Internet đạt 80%.",
    "Tỷ lệ người dân nông thôn sử dụng Internet đạt 70%.",
    "Tỷ lệ người dân có điện thoại thông minh đạt 85%.",
    "Tỷ lệ thuê bao băng rộng cố định có tốc độ trên 100 Mbps đạt 40%.",
]
