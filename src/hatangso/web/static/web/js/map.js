// The choropleth: polygons from the tiles, figures and colours from the table beside it.

const box = document.getElementById('map');
const rows = [...document.querySelectorAll('[data-unit]')];
const units = new Map(rows.map((row) => [Number(row.dataset.unit), row]));
const FONT = ['Be Vietnam Pro'];
const LINE = '#5a6672';

/** Grey lines on a light ground: unknown, as in the legend. */
function hatching() {
  const size = 12;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const shade = (x + y) % size < 3 ? 0x8c : 0xf2;
      data.set([shade, shade, shade, 255], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, data };
}

function style(tiles) {
  const known = ['boolean', ['feature-state', 'known'], false];
  const listed = ['boolean', ['feature-state', 'listed'], false];
  return {
    version: 8,
    sources: { units: { type: 'vector', tiles: [new URL(tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')], maxzoom: 14 } },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } },
      { id: 'known', type: 'fill', source: 'units', 'source-layer': 'units', paint: { 'fill-color': ['to-color', ['feature-state', 'colour'], '#ffffff'], 'fill-opacity': ['case', known, 1, 0] } },
      { id: 'borders', type: 'line', source: 'units', 'source-layer': 'units', paint: { 'line-color': LINE, 'line-width': 0.6, 'line-opacity': ['case', listed, 1, 0.25] } },
      { id: 'chosen', type: 'line', source: 'units', 'source-layer': 'units', paint: { 'line-color': '#16222d', 'line-width': 3, 'line-opacity': ['case', ['boolean', ['feature-state', 'chosen'], false], 1, 0] } },
      { id: 'names', type: 'symbol', source: 'units', 'source-layer': 'labels', layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-padding': 4, 'text-max-width': 7 }, paint: { 'text-color': '#16222d', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } },
    ],
  };
}

function unknown() {
  return {
    id: 'unknown',
    type: 'fill',
    source: 'units',
    'source-layer': 'units',
    paint: { 'fill-pattern': 'hatching', 'fill-opacity': ['case', ['boolean', ['feature-state', 'listed'], false], 1, 0] },
  };
}

async function draw() {
  const { Map: MapLibre, NavigationControl, ScaleControl, Popup, setWorkerUrl } = await import(box.dataset.library);
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  const [west, south, east, north] = box.dataset.bounds.split(',').map(Number);
  box.replaceChildren();
  const map = new MapLibre({
    container: box,
    style: style(box.dataset.tiles),
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 24 },
    hash: 'vi-tri',
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: { 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut, 'Map.Title': box.dataset.map },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.once('style.load', () => {
    // The hatching lies under the colours: where a figure is known, its colour covers it.
    map.addImage('hatching', hatching(), { pixelRatio: 1.5 });
    map.addLayer(unknown(), 'known');
    for (const [id, row] of units) {
      map.setFeatureState({ source: 'units', sourceLayer: 'units', id }, { listed: true, known: Boolean(row.dataset.colour), colour: row.dataset.colour ?? null });
    }
  });
  map.once('idle', () => { box.dataset.drawn = 'true'; });
  choose(map, Popup);
  picture(map);
}

/** The map and the table share one choice: what is pointed at in one is marked in the other. */
function choose(map, Popup) {
  const popup = new Popup({ closeButton: false, closeOnClick: false, maxWidth: '16rem' });
  let chosen = null;
  const mark = (id, on) => {
    if (id === null || !units.has(id)) return;
    map.setFeatureState({ source: 'units', sourceLayer: 'units', id }, { chosen: on });
    units.get(id).classList.toggle('is-chosen', on);
  };
  const set = (id) => {
    if (id === chosen) return;
    mark(chosen, false);
    chosen = id;
    mark(chosen, true);
  };
  map.on('mousemove', 'known', (event) => point(event));
  map.on('mouseleave', 'known', () => { set(null); popup.remove(); map.getCanvas().style.cursor = ''; });
  map.on('click', 'known', ({ features }) => {
    const row = units.get(features[0].id);
    if (row) location.assign(row.dataset.url);
  });
  function point({ features, lngLat }) {
    const row = units.get(features[0].id);
    set(row ? features[0].id : null);
    map.getCanvas().style.cursor = row ? 'pointer' : '';
    if (!row) { popup.remove(); return; }
    const name = Object.assign(document.createElement('b'), { textContent: row.dataset.name });
    const text = document.createElement('div');
    text.append(name, document.createElement('br'), row.dataset.value || box.dataset.none);
    popup.setLngLat(lngLat).setDOMContent(text).addTo(map);
  }
  for (const [id, row] of units) {
    row.addEventListener('mouseenter', () => set(id));
    row.addEventListener('focusin', () => set(id));
    row.addEventListener('mouseleave', () => set(null));
    row.addEventListener('focusout', () => set(null));
  }
}

/** The map with its title, legend and source as one picture. */
function picture(map) {
  const button = document.querySelector('[data-map-picture]');
  button.hidden = false;
  button.addEventListener('click', () => {
    const shot = map.getCanvas();
    const scale = shot.width / box.clientWidth;
    const lines = [...document.querySelectorAll('.map-figure figcaption > p:not(.row-list)')].map((line) => line.innerText.trim());
    const legend = [...document.querySelectorAll('.legend li')];
    const sheet = document.createElement('canvas');
    const step = 22 * scale;
    sheet.width = shot.width;
    sheet.height = shot.height + step * (lines.length + legend.length + 1);
    const pen = sheet.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(shot, 0, 0);
    pen.font = `${14 * scale}px "Be Vietnam Pro", sans-serif`;
    let top = shot.height + step;
    const write = (text, left) => { pen.fillStyle = '#16222d'; pen.fillText(text, left, top, sheet.width - left - step); top += step; };
    write(lines[0], step / 2);
    for (const item of legend) {
      const colour = item.querySelector('rect').getAttribute('fill');
      pen.fillStyle = colour.startsWith('#') ? colour : pen.createPattern(pattern(), 'repeat');
      pen.fillRect(step / 2, top - 13 * scale, 24 * scale, 15 * scale);
      pen.strokeStyle = LINE;
      pen.strokeRect(step / 2, top - 13 * scale, 24 * scale, 15 * scale);
      write(item.innerText.trim(), step / 2 + 34 * scale);
    }
    for (const line of lines.slice(1)) write(line, step / 2);
    sheet.toBlob((blob) => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: button.dataset.mapPicture });
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });
}

/** The hatching as a canvas, for the picture's legend. */
function pattern() {
  const tile = document.createElement('canvas');
  const image = hatching();
  tile.width = image.width;
  tile.height = image.height;
  tile.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(image.data), image.width), 0, 0);
  return tile;
}

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  console.error(error);
});
