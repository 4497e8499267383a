"""More sentences, in the manner of other provinces and communes: strategy, decisions, mixed years.

Two batches were written before the reader saw them, each with what a person reads in it: 36 of 48
and 33 of 40 were right at the first run, before the reader was mended. Then 3 disputed ones were
dropped, 5 expectations changed, and 9 sentences added while mending, so that all pass is no blind
score. The shape is that of `sentences.py`. What is disputed has the truth of the catalogue: a
system over IPv6 is not the network, a station ready to be shared is not shared.
"""

from tests.engines.plantext.sentences import P100, Case, t

ELSEWHERE = [
    Case(
        "Phổ cập cáp quang đến 100% hộ gia đình; 100% thôn, buôn được phủ cáp quang.",
        [t("household_fibre_share", 100), t("village_fibre_share", 100)],
    ),
    Case(
        "Tốc độ tải xuống trung bình mạng băng rộng cố định tối thiểu 200Mb/s và mạng băng "
        "rộng di động tối thiểu 100Mb/s.",
        [
            t("fixed_download_speed", 200, ">=", "Mbps"),
            t("mobile_download_speed", 100, ">=", "Mbps"),
        ],
    ),
    Case(
        "Số trạm BTS 5G đạt ít nhất 50% số trạm BTS 4G hiện có.",
        [t("station_5g_to_4g_ratio", 50, ">=")],
    ),
    Case(
        "Tỷ lệ phủ sóng 5G trên dân số: năm 2025 đạt 25%, năm 2030 đạt 99%.",
        [t("population_5g_share", 25), t("population_5g_share", 99, year=2030)],
    ),
    Case(
        "Tỷ lệ hộ gia đình sử dụng Internet băng rộng cáp quang đạt 82,5% vào năm 2025 và "
        "trên 95% vào năm 2030.",
        [t("household_fibre_share", 82.5), t("household_fibre_share", 95, ">", year=2030)],
    ),
    Case(
        "Nâng tỷ lệ dân số trưởng thành sử dụng điện thoại thông minh từ 78,6% (năm 2022) lên "
        "90% (năm 2025).",
        [t("adult_smartphone_share", 90)],
        [("adult_smartphone_share", 78.6, "%", "2022")],
    ),
    Case(
        "Tỷ lệ thuê bao băng rộng di động trên 100 dân đạt 92 thuê bao (hiện nay là 81,4 thuê "
        "bao).",
        [t("mobile_broadband_subs_per_100", 92, unit=P100)],
        [("mobile_broadband_subs_per_100", 81.4, P100, None)],
    ),
    Case(
        "Năm mươi phần trăm doanh nghiệp trên địa bàn sử dụng nền tảng số.",
        [t("enterprise_platform_share", 50)],
    ),
    Case(
        "Một trăm phần trăm thôn, tổ dân phố được phủ sóng mạng di động băng rộng.",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case(
        "Tổng số thuê bao Internet băng rộng cố định đạt 125.400 thuê bao.",
        [t(None, 125400, unit="thuê bao")],
    ),
    Case(
        "Lắp đặt 1.250 điểm phát wifi miễn phí tại nơi công cộng.",
        [t(None, 1250, unit="điểm phát wifi")],
    ),
    Case(
        "100% khu công nghệ cao, khu công nghệ thông tin tập trung, trung tâm đổi mới sáng "
        "tạo truy nhập Internet với tốc độ tối thiểu 1 Gbit/s.",
        [t("innovation_zone_1gbps_share", 100, condition=(">=", 1000, "Mbps"))],
    ),
    Case(
        "Trên 90 phần trăm cơ quan, tổ chức có đường truyền Internet cố định tốc độ từ 1Gbps "
        "trở lên.",
        [t("organisation_line_1gbps_share", 90, ">", condition=(">=", 1000, "Mbps"))],
    ),
    Case(
        "Tỷ lệ người dùng chỉ sử dụng điện thoại 2G còn dưới 2,5%.",
        [t("only_2g_user_share", 2.5, "<")],
    ),
    Case("100% trường học, cơ sở y tế có kết nối Internet cáp quang.", [t(None, 100)]),
    Case(
        "Tỷ lệ hộ nghèo, hộ cận nghèo được hỗ trợ điện thoại thông minh đạt tối thiểu 70%.",
        [t(None, 70, ">=")],
    ),
    Case(
        "Mỗi người dân có trên 01 tài khoản sử dụng dịch vụ điện toán đám mây.",
        [t("cloud_accounts_per_person", 1, ">", unit="accounts per person")],
    ),
    Case(
        "Bình quân mỗi người dân trưởng thành có 1,5 tài khoản điện toán đám mây.",
        [t("cloud_accounts_per_adult", 1.5, unit="accounts per adult")],
    ),
    Case(
        "Hoàn thành tắt sóng 2G trên địa bàn tỉnh.", [t("mobile_2g_switch_off", 1, unit="yes/no")]
    ),
    Case(
        "Tỷ lệ sử dụng chung vị trí cột ăng ten (trạm BTS) giữa các doanh nghiệp đạt khoảng 25%.",
        [t("bts_site_sharing_share", 25)],
    ),
    Case(
        "Tỷ lệ trạm BTS xây dựng mới dùng chung giữa các doanh nghiệp viễn thông ≥15%.",
        [t("new_bts_sharing_share", 15, ">=")],
    ),
    Case(
        "Chia sẻ, dùng chung hạ tầng cống bể cáp đạt 40%; hạ tầng cột treo cáp đạt 95%.",
        [t("duct_sharing_share", 40), t("pole_sharing_share", 95)],
    ),
    Case(
        "100% cơ quan nhà nước và tối thiểu 70% doanh nghiệp sử dụng dịch vụ điện toán đám "
        "mây do doanh nghiệp trong nước cung cấp.",
        [t("agency_cloud_share", 100), t("enterprise_domestic_cloud_share", 70, ">=")],
    ),
    Case(
        "100% công trình hạ tầng thiết yếu về năng lượng, giao thông, xây dựng được tích hợp "
        "cảm biến và ứng dụng IoT.",
        [t("iot_ready_infrastructure_share", 100)],
    ),
    Case(
        "Toàn bộ UBND cấp xã được kết nối mạng truyền số liệu chuyên dùng cấp II.",
        [t("commune_office_dedicated_network_share", 100)],
    ),
    Case(
        "Tỷ lệ ứng dụng, hệ thống thông tin của cơ quan nhà nước sử dụng IPv6 đạt 100%.",
        [t("ipv6_system_share", 100)],
    ),
    Case(
        "Ty lệ hộ gia đinh có Internet băng rộng cáp quang đat trên 85 %.",
        [t("household_fibre_share", 85, ">")],
    ),
    Case(
        "100% thộn, bản được phú sóng bằng rộng di động.",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case("Ti lệ người sử dụng Intemet đạt 85%.", [t("internet_user_share", 85)]),
    Case(
        "Số thuê bao băng rộng cố định/100 dân: 26,8.",
        [t("fixed_broadband_subs_per_100", 26.8, unit=P100)],
    ),
    Case(
        "100% hộ gia đình trên địa bàn xã có khả năng tiếp cận dịch vụ Internet cáp quang khi "
        "có nhu cầu.",
        [t("household_fibre_passed_share", 100)],
    ),
    Case(
        "Phấn đấu đến cuối năm 2024, 75% hộ dân có đường truyền Internet băng rộng cáp quang; "
        "đến hết năm 2025 nâng lên 85%.",
        [t("household_fibre_share", 75, year=2024), t("household_fibre_share", 85)],
    ),
    Case("Từng bước nâng cao chất lượng dịch vụ viễn thông, đáp ứng nhu cầu của người dân.", []),
    Case(
        "Tỷ lệ thuê bao điện thoại thông minh trên tổng số thuê bao di động đạt không dưới 88%.",
        [t("smartphone_subscription_share", 88, ">=")],
    ),
    Case(
        "80% người dân có truy cập Internet băng rộng cố định với tốc độ 200Mbps; 90% cơ "
        "quan, doanh nghiệp với tốc độ 500Mbps.",
        [t(None, 80, condition=("=", 200, "Mbps")), t(None, 90, condition=("=", 500, "Mbps"))],
    ),
    Case(
        "Triển khai mạng 5G tại 100% khu công nghiệp, cụm công nghiệp, khu du lịch trọng điểm.",
        [t(None, 100)],
    ),
    Case(
        "Đến năm 2025 có 03 trung tâm dữ liệu đạt tiêu chuẩn quốc tế; năm 2030 có ít nhất 05 "
        "trung tâm.",
        [t(None, 3, unit="trung tâm dữ liệu"), t(None, 5, ">=", unit="trung tâm", year=2030)],
    ),
    Case(
        "Tỷ lệ doanh nghiệp sử dụng điện toán đám mây tăng từ 35% lên 60% trong giai đoạn "
        "2023 - 2025.",
        [t("enterprise_domestic_cloud_share", 60)],
        [("enterprise_domestic_cloud_share", 35, "%", None)],
    ),
    Case(
        "100% hệ thống thông tin dùng chung của tỉnh được triển khai trên nền tảng điện toán "
        "đám mây.",
        [t("shared_system_cloud_share", 100)],
    ),
    Case(
        "Tỷ lệ dân số được phủ sóng 4G/5G với tốc độ tối thiểu 70 Mbps đạt 90%.",
        [t("population_mobile_70mbps_share", 90, condition=(">=", 70, "Mbps"))],
    ),
    Case(
        "Có từ 95% số ấp, khóm trở lên được phủ sóng thông tin di động 4G.",
        [t("village_mobile_broadband_share", 95, ">=")],
    ),
    Case("Hộ gia đình có kết nối Internet đạt 9/10 hộ.", [t("household_internet_share", 90)]),
    Case(
        "Duy trì 100% số thôn có sóng di động băng rộng, giảm số thôn lõm sóng xuống còn 0.",
        [t("village_mobile_broadband_share", 100), t(None, 0, unit="thôn")],
    ),
    Case("Ngầm hoá tối thiểu 30% tuyến cáp viễn thông tại khu vực đô thị.", [t(None, 30, ">=")]),
    Case("70%-80% doanh nghiệp sử dụng nền tảng số.", [t("enterprise_platform_share", 70, ">=")]),
    Case("Phủ sóng 5G đạt 50% dân số toàn tỉnh.", [t("population_5g_share", 50)]),
    Case("Tỷ lệ phủ sóng 5G/dân số đạt 25,5%.", [t("population_5g_share", 25.5)]),
    Case(
        "Phấn đấu có ít nhất 01 thuê bao băng rộng di động/người dân trưởng thành.",
        [t(None, 1, ">=", unit="thuê bao")],
    ),
    Case(
        "Mật độ thuê bao Internet băng rộng di động đạt 105 thuê bao/100 dân; mật độ thuê bao "
        "Internet băng rộng cố định đạt 30 thuê bao/100 dân.",
        [
            t("mobile_broadband_subs_per_100", 105, unit=P100),
            t("fixed_broadband_subs_per_100", 30, unit=P100),
        ],
    ),
    Case(
        "Tỉ lệ số hộ gia đình được kết nối Internet băng rộng cáp quang (FTTH) đạt trên 95%.",
        [t("household_fibre_share", 95, ">")],
    ),
    Case(
        "90% người dân trong độ tuổi trưởng thành sở hữu điện thoại thông minh.",
        [t("adult_smartphone_share", 90)],
    ),
    Case("Trên 95% dân số từ 15 tuổi trở lên có điện thoại thông minh.", [t(None, 95, ">")]),
    Case("Xoá 100% thôn lõm sóng, trắng sóng di động.", [t(None, 100)]),
    Case("Không còn thôn, bản trắng sóng thông tin di động.", []),
    Case(
        "Hệ thống mạng truyền số liệu chuyên dùng kết nối đến 100% xã, phường.",
        [t("commune_office_dedicated_network_share", 100)],
    ),
    Case(
        "100% các cơ quan nhà nước trên địa bàn sử dụng nền tảng số.",
        [t("agency_platform_share", 100)],
    ),
    Case("Tối thiểu 50% doanh nghiệp, hợp tác xã ứng dụng nền tảng số.", [t(None, 50, ">=")]),
    Case("Hoàn thành việc chuyển đổi toàn bộ mạng Internet sang IPv6.", [t(None, 100)]),
    Case("Tốc độ Internet di động 5G tối thiểu đạt 100 Mb/s.", [t(None, 100, ">=", "Mbps")]),
    Case("Tốc độ tải lên băng rộng cố định đạt 120Mbps.", [t(None, 120, unit="Mbps")]),
    Case(
        "100% hộ gia đình có Internet cáp quang với tốc độ tối thiểu 100Mb/s vào năm 2030.",
        [t(None, 100, year=2030, condition=(">=", 100, "Mbps"))],
    ),
    Case(
        "Tỷ lệ hộ gia đình có cáp quang: 85% (năm 2025), 100% (năm 2030).",
        [t("household_fibre_share", 85), t("household_fibre_share", 100, year=2030)],
    ),
    Case(
        "Tỷ lệ người sử dụng Internet đạt 88% năm 2024, 92% năm 2025.",
        [t("internet_user_share", 88, year=2024), t("internet_user_share", 92)],
    ),
    Case(
        "Năm 2024: 70% doanh nghiệp sử dụng nền tảng số; năm 2025: 80%.",
        [t("enterprise_platform_share", 70, year=2024), t("enterprise_platform_share", 80)],
    ),
    Case(
        "Đến 2025, tỷ lệ dùng chung cột treo cáp đạt trên 90%, cống bể cáp trên 50%.",
        [t("pole_sharing_share", 90, ">"), t("duct_sharing_share", 50, ">")],
    ),
    Case("Bảo đảm 100% các trạm BTS xây dựng mới đáp ứng yêu cầu dùng chung.", [t(None, 100)]),
    Case(
        "30% cáp viễn thông trên các tuyến đường đô thị được ngầm hóa, chỉnh trang.", [t(None, 30)]
    ),
    Case(
        "Tăng tỷ lệ hộ gia đình có Internet cáp quang từ 68% năm 2022 lên tối thiểu 85% năm 2025.",
        [t("household_fibre_share", 85, ">=")],
        [("household_fibre_share", 68, "%", "2022")],
    ),
    Case(
        "Hiện tại 95,2% thôn đã có sóng di động băng rộng, phấn đấu đạt 100% vào cuối năm 2024.",
        [t("village_mobile_broadband_share", 100, year=2024)],
        [("village_mobile_broadband_share", 95.2, "%", None)],
    ),
    Case(
        "Tỷ lệ người chỉ dùng điện thoại 2G giảm từ 12% xuống còn 3%.",
        [t("only_2g_user_share", 3)],
        [("only_2g_user_share", 12, "%", None)],
    ),
    Case("Ba trung tâm dữ liệu được kết nối liên thông.", []),
    Case("Có ít nhất 80 phần trăm hộ dân dùng cáp quang.", [t("household_fibre_share", 80, ">=")]),
    Case("Hai phần ba số xã có điểm truy nhập wifi công cộng.", [t(None, 66.67)]),
    Case(
        "100 % thôn/buôn/tổ dân phố được phủ sóng băng rộng di động (4G trở lên).",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case(
        "Số tài khoản dịch vụ điện toán đám mây bình quân/người dân đạt 1.",
        [t("cloud_accounts_per_person", 1, unit="accounts per person")],
    ),
    Case(
        "Mỗi người dân trưởng thành đều có tài khoản dịch vụ điện toán đám mây (tối thiểu 01 "
        "tài khoản).",
        [t("cloud_accounts_per_adult", 1, ">=", unit="accounts per adult")],
    ),
    Case(
        "Xây dựng và đưa vào vận hành Trung tâm giám sát, điều hành thông minh (IOC) của tỉnh "
        "trong quý IV/2024.",
        [t(None, 1, unit="yes/no", year=2024)],
    ),
    Case(
        "Thành lập nhóm chuyên gia về công nghệ AI, blockchain, IoT.",
        [t("technology_expert_group", 1, unit="yes/no")],
    ),
    Case(
        "Hình thành hệ sinh thái công nghệ số AI, blockchain, IoT.",
        [t("technology_ecosystem", 1, unit="yes/no")],
    ),
    Case(
        "100% dịch vụ trung tâm dữ liệu chuyển sang sử dụng điện toán đám mây.",
        [t("data_centre_service_on_cloud_share", 100)],
    ),
    Case(
        "Tối thiểu 70% doanh nghiệp trên địa bàn thành phố sử dụng dịch vụ điện toán đám mây "
        "do doanh nghiệp Việt Nam cung cấp.",
        [t("enterprise_domestic_cloud_share", 70, ">=")],
    ),
    Case(
        "Đầu tư xây dựng 45 trạm BTS mới, trong đó 20 trạm dùng chung.",
        [t(None, 45, unit="trạm BTS"), t(None, 20, unit="trạm")],
    ),
    Case("100% người dân và doanh nghiệp được tiếp cận Internet băng rộng.", [t(None, 100)]),
    Case("Tỷ lệ hộ gia đình có thiết bị thu xem truyền hình số đạt 99%.", [t(None, 99)]),
    Case(
        "80,5% đường truyền Internet cố định đến hộ cá nhân có tốc độ từ 200 Mb/s trở lên.",
        [t("personal_line_200mbps_share", 80.5, condition=(">=", 200, "Mbps"))],
    ),
    Case(
        "Tỷ lệ sử dụng chung cột treo cáp, cống bể cáp lần lượt đạt 98% và 60%.",
        [t("pole_sharing_share", 98), t("duct_sharing_share", 60)],
    ),
    Case(
        "Tốc độ băng rộng cố định và di động lần lượt đạt 200 và 100 Mbps.",
        [t("fixed_download_speed", 200, unit="Mbps"), t("mobile_download_speed", 100, unit="Mbps")],
    ),
    Case(
        "Tỷ lệ hộ gia đình có Internet cáp quang đạt lần lượt 80% và 95% vào năm 2025 và 2030.",
        [t("household_fibre_share", 80), t("household_fibre_share", 95, year=2030)],
    ),
    Case(
        "Số thuê bao băng rộng di động và băng rộng cố định đạt tương ứng 98 và 27 thuê "
        "bao/100 dân.",
        [
            t("mobile_broadband_subs_per_100", 98, unit=P100),
            t("fixed_broadband_subs_per_100", 27, unit=P100),
        ],
    ),
    Case(
        "Tỷ lệ cơ quan nhà nước, doanh nghiệp sử dụng dịch vụ điện toán đám mây lần lượt là "
        "100%, 70%.",
        [t("agency_cloud_share", 100), t("enterprise_domestic_cloud_share", 70)],
    ),
    Case(
        "98 thuê bao băng rộng di động/100 dân; 27 thuê bao băng rộng cố định/100 dân.",
        [
            t("mobile_broadband_subs_per_100", 98, unit=P100),
            t("fixed_broadband_subs_per_100", 27, unit=P100),
        ],
    ),
    Case(
        "Trên 90% hộ gia đình sử dụng Internet băng rộng cáp qiiang.",
        [t("household_fibre_share", 90, ">")],
    ),
    Case(
        "100% thôn, bản được phủ sóng băng rộng di độnq.",
        [t("village_mobile_broadband_share", 100)],
    ),
    Case(
        "Số điểm wifi công cộng đạt 1.500 vào năm 2030.",
        [t(None, 1500, unit="điểm wifi", year=2030)],
    ),
]
