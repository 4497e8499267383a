// Where a filing would add, change or remove: points from the page's own GeoJSON.

const box = document.getElementById('changes-map');

function style(places) {
  const removed = ['==', ['get', 'kind'], 'removed'];
  const changed = ['==', ['get', 'kind'], 'changed'];
  return {
    version: 8,
    sources: {
      places: { type: 'geojson', data: places },
      units: { type: 'vector', tiles: [new URL(box.dataset.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')], maxzoom: 14 },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } },
      { id: 'units', type: 'fill', source: 'units', 'source-layer': 'units', paint: { 'fill-color': '#ffffff' } },
      { id: 'borders', type: 'line', source: 'units', 'source-layer': 'units', paint: { 'line-color': '#5a6672', 'line-width': 0.6 } },
      { id: 'names', type: 'symbol', source: 'units', 'source-layer': 'labels', layout: { 'text-field': ['get', 'name'], 'text-font': ['Be Vietnam Pro'], 'text-size': 12 }, paint: { 'text-color': '#4b5b69', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } },
      {
        id: 'places',
        type: 'circle',
        source: 'places',
        paint: {
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 4, 15, 8],
          'circle-color': ['case', removed, '#ffffff', changed, '#ffffff', '#00665e'],
          'circle-stroke-width': ['case', changed, 3, 1.5],
          'circle-stroke-color': ['case', removed, '#16222d', changed, '#ad4500', '#ffffff'],
          'circle-opacity': ['case', ['get', 'returned'], 0.3, 1],
        },
      },
    ],
  };
}

async function draw() {
  const answer = await fetch(box.dataset.places);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const places = await answer.json();
  if (!places.features.length) { box.closest('figure').hidden = true; return; }
  const { Map: MapLibre, NavigationControl, ScaleControl, Popup, LngLatBounds, setWorkerUrl } = await import(box.dataset.library);
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  const bounds = new LngLatBounds();
  for (const { geometry } of places.features) bounds.extend(geometry.coordinates);
  box.replaceChildren();
  const map = new MapLibre({ container: box, style: style(places), bounds, fitBoundsOptions: { padding: 40, maxZoom: 15 }, attributionControl: false, dragRotate: false, pitchWithRotate: false });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  const popup = new Popup({ closeButton: false });
  map.on('mousemove', 'places', ({ features, lngLat }) => {
    map.getCanvas().style.cursor = 'pointer';
    const { code, entity } = features[0].properties;
    popup.setLngLat(lngLat).setText(`${code} · ${entity}`).addTo(map);
  });
  map.on('mouseleave', 'places', () => { map.getCanvas().style.cursor = ''; popup.remove(); });
  map.once('idle', () => { box.dataset.drawn = 'true'; });
}

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  console.error(error);
});
