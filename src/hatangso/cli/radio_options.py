"""What ``hatangso radio``'s commands are asked with: places, and the options that they share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class PlaceType(click.ParamType[tuple[float, float]]):
    """A place as LATITUDE,LONGITUDE."""

    name = "vĩ độ,kinh độ"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read a latitude and a longitude in degrees."""
        if isinstance(value, tuple):
            return value
        try:
            latitude, longitude = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(
                f"{value!r}: hãy nhập vĩ độ và kinh độ, ví dụ 16.05,108.20. / "
                f"{value!r} is not a place: give latitude and longitude, as in 16.05,108.20.",
                param,
                ctx,
            )
        if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):
            self.fail(
                f"{value!r}: vĩ độ đứng trước, từ -90 đến 90. / "
                f"{value!r}: the latitude comes first, and lies between -90 and 90.",
                param,
                ctx,
            )
        return latitude, longitude


PLACE = PlaceType()


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that both commands share."""
    for option in reversed(
        (
            click.option(
                "--terrain", "terrain", type=click.Path(path_type=Path), multiple=True,
                required=True,
                help="Tệp hoặc thư mục địa hình, lặp lại được. / Terrain files or folders.",
            ),
            click.option(
                "--tx-height", type=float, required=True,
                help="Độ cao ăng ten phát so với mặt đất [m]. / Transmitter above ground.",
            ),
            click.option(
                "--rx-height", type=float, default=1.5, show_default=True,
                help="Độ cao ăng ten thu so với mặt đất [m]. / Receiver above ground.",
            ),
            click.option(
                "--horizontal", is_flag=True,
                help="Phân cực ngang (mặc định: đứng). / Horizontal polarisation.",
            ),
            click.option(
                "--time", "time_percent", type=float, default=50.0, show_default=True,
                help="Phần trăm thời gian, 1 đến 50. / Percentage of time.",
            ),
            click.option(
                "--location", "location_percent", type=float, default=50.0, show_default=True,
                help="Phần trăm vị trí, 1 đến 99. / Percentage of places.",
            ),
            click.option(
                "--location-deviation", type=float, default=0.0, show_default=True,
                help="Độ lệch chuẩn theo vị trí [dB]. / Standard deviation over places.",
            ),
            click.option(
                "--clutter", type=click.Path(path_type=Path),
                help="Lớp phủ: raster hoặc vùng. / Land cover: a raster, or polygons.",
            ),
            click.option(
                "--clutter-scheme", default="worldcover", show_default=True,
                help="Bộ mã lớp phủ: worldcover, igbp, osm, hoặc của bảng riêng. / Codes.",
            ),
            click.option(
                "--clutter-table", type=click.Path(path_type=Path, exists=True),
                help="Bảng lớp phủ riêng (CSV). / Your own table of clutter classes.",
            ),
            click.option(
                "--clutter-column", default="kind", show_default=True,
                help="Cột mã của lớp vùng. / The polygons' attribute with the code.",
            ),
            click.option(
                "--clear", "clear_m", type=float, default=50.0, show_default=True,
                help="Bỏ lớp phủ gần hai đầu tuyến [m]. / Clutter this near the ends is left out.",
            ),
            click.option(
                "--step", "step_m", type=float,
                help="Bước lấy mẫu [m]; mặc định là ô địa hình. / Step between samples.",
            ),
            click.option(
                "--lapse-rate", type=float, default=48.0, show_default=True,
                help="Delta-N [N/km].",
            ),
            click.option(
                "--refractivity", type=float, default=370.0, show_default=True, help="N0 [N].",
            ),
            click.option(
                "--beyond-band", is_flag=True,
                help="Cho phép 6 đến 50 GHz bằng mô hình thay thế. / Allow 6 to 50 GHz with the "
                "named substitute.",
            ),
            click.option(
                "--threads", type=click.IntRange(1), help="Số luồng. / Number of threads.",
            ),
            click.option("--json", "as_json", is_flag=True, help="In JSON."),
        )
    ):  # fmt: skip
        command = option(command)
    return command
