// The place of one asset among the communes; in a form, the map is pointed at to set it.

const box = document.getElementById('map');
const longitude = document.getElementById('f-longitude');
const latitude = document.getElementById('f-latitude');
const line = document.getElementById('f-line');
const EMPTY = { type: 'FeatureCollection', features: [] };

/** The place as the fields say it; what the page was drawn with where there are none. */
function place() {
  if (longitude) {
    const pair = [longitude.value, latitude.value].map((text) => Number(text.replace(',', '.')));
    if (!longitude.value.trim() || pair.some(Number.isNaN)) return EMPTY;
    return { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: pair } };
  }
  if (line) {
    const rows = line.value.split('\n').map((row) => row.match(/[-+]?\d+(?:[.,]\d+)?/g) ?? []).filter((row) => row.length === 2);
    const coordinates = rows.map((row) => row.map((text) => Number(text.replace(',', '.'))));
    if (!coordinates.length) return EMPTY;
    const geometry = coordinates.length === 1 ? { type: 'Point', coordinates: coordinates[0] } : { type: 'LineString', coordinates };
    return { type: 'Feature', properties: {}, geometry };
  }
  return box.dataset.place ? { type: 'Feature', properties: {}, geometry: JSON.parse(box.dataset.place) } : EMPTY;
}

async function draw() {
  const { Map: MapLibre, NavigationControl, ScaleControl, setWorkerUrl } = await import(box.dataset.library);
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  const [west, south, east, north] = box.dataset.bounds.split(',').map(Number);
  const tiles = new URL(box.dataset.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
  const map = new MapLibre({
    container: box,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 24, maxZoom: 15 },
    attributionControl: false,
    dragRotate: false,
    style: {
      version: 8,
      sources: {
        units: { type: 'vector', tiles: [tiles], maxzoom: 14 },
        place: { type: 'geojson', data: place() },
      },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } },
        { id: 'land', type: 'fill', source: 'units', 'source-layer': 'units', paint: { 'fill-color': '#ffffff' } },
        { id: 'borders', type: 'line', source: 'units', 'source-layer': 'units', paint: { 'line-color': '#5a6672', 'line-width': 0.8 } },
        { id: 'names', type: 'symbol', source: 'units', 'source-layer': 'labels', layout: { 'text-field': ['get', 'name'], 'text-font': ['Be Vietnam Pro'], 'text-size': 12, 'text-max-width': 7 }, paint: { 'text-color': '#16222d', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } },
        { id: 'line', type: 'line', source: 'place', paint: { 'line-color': '#0b4f6c', 'line-width': 4 } },
        { id: 'point', type: 'circle', source: 'place', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': '#0b4f6c', 'circle-radius': 8, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 } },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.once('idle', () => { box.dataset.drawn = 'true'; });
  if (box.dataset.chosen) point(map);
}

/** A click sets the point, or adds a place to the line; typing moves what is drawn. */
function point(map) {
  const show = () => map.getSource('place').setData(place());
  map.getCanvas().style.cursor = 'crosshair';
  map.on('click', ({ lngLat }) => {
    const [x, y] = [lngLat.lng.toFixed(6), lngLat.lat.toFixed(6)];
    if (longitude) {
      longitude.value = x;
      latitude.value = y;
    } else {
      line.value = `${line.value.trimEnd()}\n${x} ${y}`.trimStart();
    }
    show();
  });
  for (const field of [longitude, latitude, line]) field?.addEventListener('input', show);
  const clear = document.querySelector('[data-clear]');
  if (clear) {
    clear.hidden = false;
    clear.addEventListener('click', () => {
      line.value = '';
      show();
    });
  }
}

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  box.dataset.drawn = 'failed';
  console.error(error);
});
