"""The names of the terms of a loss, for tables and plots."""

from typing import NamedTuple


class TermName(NamedTuple):
    """How one term of :class:`~hatangso.engines.radio.p1812.Terms` is called."""

    symbol: str  #: The Recommendation's symbol.
    unit: str
    equation: str  #: Where the Recommendation gives it.
    english: str
    vietnamese: str


TERM_NAMES: dict[str, TermName] = {
    name: TermName(*rest)
    for name, *rest in (
        ("free_space", "Lbfs", "dB", "(8)", "free space", "không gian tự do"),
        ("line_of_sight_p", "Lb0p", "dB", "(10)", "line of sight at p%", "tầm nhìn thẳng ở p%"),
        ("line_of_sight_beta", "Lb0beta", "dB", "(11)", "line of sight at beta0%",
         "tầm nhìn thẳng ở beta0%"),
        ("bullington_terrain", "Lbulla", "dB", "(21)", "Bullington diffraction, actual path",
         "nhiễu xạ Bullington, tuyến thực"),
        ("bullington_smooth", "Lbulls", "dB", "(21)", "Bullington diffraction, smooth path",
         "nhiễu xạ Bullington, tuyến trơn"),
        ("spherical_earth", "Ldsph", "dB", "(27)", "spherical-Earth diffraction",
         "nhiễu xạ mặt cầu Trái Đất"),
        ("diffraction_50", "Ld50", "dB", "(39)", "median diffraction", "nhiễu xạ trung vị"),
        ("diffraction_beta", "Ldbeta", "dB", "(39)", "diffraction at beta0%", "nhiễu xạ ở beta0%"),
        ("diffraction_p", "Ldp", "dB", "(41)", "diffraction at p%", "nhiễu xạ ở p%"),
        ("transmission_diffraction_50", "Lbd50", "dB", "(42)", "free space and median diffraction",
         "không gian tự do và nhiễu xạ trung vị"),
        ("transmission_diffraction_p", "Lbd", "dB", "(43)", "line of sight and diffraction at p%",
         "tầm nhìn thẳng và nhiễu xạ ở p%"),
        ("troposcatter", "Lbs", "dB", "(44)", "troposcatter", "tán xạ đối lưu"),
        ("ducting", "Lba", "dB", "(46)", "ducting and layer reflection",
         "ống dẫn sóng và phản xạ lớp"),
        ("minimum_over_sea", "Lminb0p", "dB", "(59)", "notional minimum, over-sea diffraction",
         "cực tiểu quy ước, nhiễu xạ trên biển"),
        ("minimum_ducting", "Lminbap", "dB", "(60)", "notional minimum, ducting",
         "cực tiểu quy ước, ống dẫn sóng"),
        ("diffraction_or_ducting", "Lbda", "dB", "(61)", "diffraction or ducting",
         "nhiễu xạ hoặc ống dẫn sóng"),
        ("modified", "Lbam", "dB", "(62)", "with enhancements", "có tăng cường"),
        ("half_of_locations", "Lbc", "dB", "(63)", "at p% of time and half of the places",
         "ở p% thời gian và 50% vị trí"),
        ("location", "Lloc", "dB", "4.7", "location margin at pL%", "dự trữ vị trí ở pL%"),
        ("total", "Lb", "dB", "(69)", "basic transmission loss", "suy hao truyền dẫn cơ bản"),
        ("interpolation_p", "Fi", "-", "(40)", "interpolation over time", "nội suy theo thời gian"),
        ("interpolation_angle", "Fj", "-", "(57)", "interpolation over angle", "nội suy theo góc"),
        ("interpolation_distance", "Fk", "-", "(58)", "interpolation over distance",
         "nội suy theo khoảng cách"),
        ("beta0", "beta0", "%", "(5)", "incidence of ducting", "tần suất ống dẫn sóng"),
        ("sea_fraction", "omega", "-", "4.1", "part of the path over sea", "phần tuyến trên biển"),
        ("angle_t", "theta_t", "mrad", "(79)", "horizon angle at the transmitter",
         "góc chân trời phía phát"),
        ("angle_r", "theta_r", "mrad", "(82)", "horizon angle at the receiver",
         "góc chân trời phía thu"),
        ("angular_distance", "theta", "mrad", "(84)", "angular distance", "khoảng cách góc"),
        ("horizon_t", "dlt", "km", "(80)", "horizon distance of the transmitter",
         "khoảng cách chân trời phía phát"),
        ("horizon_r", "dlr", "km", "(83)", "horizon distance of the receiver",
         "khoảng cách chân trời phía thu"),
        ("smooth_t", "hstd", "m", "(91)", "smooth surface at the transmitter",
         "mặt trơn phía phát"),
        ("smooth_r", "hsrd", "m", "(91)", "smooth surface at the receiver", "mặt trơn phía thu"),
        ("effective_t", "hte", "m", "(94a)", "effective height of the transmitter, ducting",
         "độ cao hiệu dụng phía phát, ống dẫn sóng"),
        ("effective_r", "hre", "m", "(94b)", "effective height of the receiver, ducting",
         "độ cao hiệu dụng phía thu, ống dẫn sóng"),
        ("roughness", "hm", "m", "(95)", "terrain roughness", "độ gồ ghề địa hình"),
        ("effective_radius", "ae", "km", "(7a)", "effective Earth radius",
         "bán kính Trái Đất hiệu dụng"),
    )
}  # fmt: skip
