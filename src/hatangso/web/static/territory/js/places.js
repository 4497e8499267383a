// A plain map of units: one unit marked, or a dot for each entry of the list beside the map.

const box = document.querySelector('[data-places-map]');
const entries = [...document.querySelectorAll('[data-place]')];
const COLOURS = { error: '#b3261e', warning: '#b26a00', note: '#3b6ea5' };

async function draw() {
  const { Map: MapLibre, NavigationControl, setWorkerUrl } = await import(box.dataset.library);
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  const [west, south, east, north] = box.dataset.bounds.split(',').map(Number);
  const tiles = new URL(box.dataset.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
  const chosen = ['==', ['id'], Number(box.dataset.chosen ?? -1)];
  const features = entries.map((entry) => ({
    type: 'Feature',
    properties: { entry: entry.id, colour: COLOURS[entry.dataset.severity] },
    geometry: { type: 'Point', coordinates: entry.dataset.place.split(',').map(Number) },
  }));
  box.replaceChildren();
  const map = new MapLibre({
    container: box,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 24, maxZoom: 14 },
    attributionControl: false,
    dragRotate: false,
    locale: { 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut, 'Map.Title': box.dataset.map },
    style: {
      version: 8,
      sources: {
        units: { type: 'vector', tiles: [tiles], maxzoom: 14 },
        places: { type: 'geojson', data: { type: 'FeatureCollection', features } },
      },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } },
        { id: 'land', type: 'fill', source: 'units', 'source-layer': 'units', paint: { 'fill-color': ['case', chosen, '#9cc3e6', '#ffffff'] } },
        { id: 'borders', type: 'line', source: 'units', 'source-layer': 'units', paint: { 'line-color': '#5a6672', 'line-width': ['case', chosen, 2, 0.6] } },
        { id: 'names', type: 'symbol', source: 'units', 'source-layer': 'labels', layout: { 'text-field': ['get', 'name'], 'text-font': ['Be Vietnam Pro'], 'text-size': 12, 'text-max-width': 7 }, paint: { 'text-color': '#16222d', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } },
        { id: 'places', type: 'circle', source: 'places', paint: { 'circle-color': ['get', 'colour'], 'circle-radius': 6, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 } },
      ],
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.on('click', 'places', ({ features: hit }) => { location.hash = hit[0].properties.entry; });
  map.on('mouseenter', 'places', () => { map.getCanvas().style.cursor = 'pointer'; });
  map.on('mouseleave', 'places', () => { map.getCanvas().style.cursor = ''; });
  map.once('idle', () => { box.dataset.drawn = 'true'; });
}

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  console.error(error);
});
