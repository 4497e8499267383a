"""A user's own layers under the map: roads as PMTiles, and a server of XYZ and WMS pictures."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely
from PIL import Image

#: Colours of the pictures that the server gives, by the first word of the path.
COLOURS = {"xyz": (250, 90, 40), "wms": (60, 160, 60)}
#: Road over the whole made-up province, in degrees.
ROAD = ((-0.6, -0.06), (0.6, -0.04))


class _Pictures(BaseHTTPRequestHandler):
    """Answers any address with a picture of one colour."""

    def do_GET(self) -> None:
        """Give the picture of the address' first word."""
        word = self.path.lstrip("/").split("/")[0].split("?")[0]
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), COLOURS.get(word, (0, 0, 0))).save(picture, "PNG")
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(picture.getvalue())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve pictures at an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pictures)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def write_layers(folder: Path, address: str) -> Path:
    """Write the file that HATANGSO_MAP_LAYERS names, and the roads that it names."""
    pyogrio.raw.write(
        folder / "duong.pmtiles",
        geometry=np.array([shapely.to_wkb(shapely.LineString(ROAD))], dtype=object),
        field_data=[np.array(["QL 1"], dtype=object)],
        fields=["ten"],
        layer="duong",
        driver="PMTiles",
        geometry_type="LineString",
        crs="EPSG:4326",
        dataset_options={"MINZOOM": "4", "MAXZOOM": "12"},
    )
    layers = [
        {
            "name": "duong",
            "title": "Đường của tỉnh",
            "kind": "pmtiles",
            "file": "duong.pmtiles",
            "vector": True,
        },
        {"name": "anh", "title": "Ảnh", "kind": "xyz", "url": f"{address}/xyz/{{z}}/{{x}}/{{y}}"},
        {
            "name": "quy-hoach",
            "title": "Quy hoạch",
            "kind": "wms",
            "url": f"{address}/wms",
            "layers": "qh",
        },
    ]
    file = folder / "layers.json"
    file.write_text(json.dumps(layers), encoding="utf-8")
    return file
