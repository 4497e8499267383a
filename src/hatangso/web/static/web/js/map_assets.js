// The digital map: assets from tiles under the filter of the address, a panel, tools.

import { boundsOf, crosses, groundLayers, lengthOf, offerGround, readTileFiles, surfaceOf } from './map_ground.js';

const box = document.getElementById('map');
const panel = document.getElementById('asset-panel');
const settings = JSON.parse(document.getElementById('map-settings').textContent);
const FONT = ['Be Vietnam Pro'];
const COLOUR = ['match', ['get', 'layer'], ...Object.entries(settings.layers).flatMap(([name, { colour }]) => [name, colour]), '#3d4a55'];

function absolute(address) {
  return new URL(address, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
}

function style() {
  const query = settings.query ? `?${settings.query}` : '';
  const standing = ['match', ['get', 'status'], 'in_service', 1, 0.45];
  const ground = groundLayers(settings, absolute, FONT);
  return {
    version: 8,
    sources: { ...ground.sources, assets: { type: 'vector', tiles: [absolute(settings.tiles + query)], maxzoom: 20 }, sketch: { type: 'geojson', data: empty() } },
    layers: [
      ...ground.layers,
      { id: 'lines', type: 'line', source: 'assets', 'source-layer': 'lines', paint: { 'line-color': COLOUR, 'line-width': ['interpolate', ['linear'], ['zoom'], 14, 1.5, 18, 4], 'line-opacity': standing } },
      { id: 'points', type: 'circle', source: 'assets', 'source-layer': 'points', paint: { 'circle-color': COLOUR, 'circle-radius': ['interpolate', ['linear'], ['zoom'], 14, 3.5, 18, 8], 'circle-opacity': standing, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1 } },
      { id: 'clusters', type: 'circle', source: 'assets', 'source-layer': 'clusters', paint: { 'circle-color': COLOUR, 'circle-opacity': 0.85, 'circle-radius': ['interpolate', ['linear'], ['log10', ['get', 'count']], 0, 5, 2, 11, 4, 18, 6, 26], 'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5 } },
      { id: 'counts', type: 'symbol', source: 'assets', 'source-layer': 'clusters', filter: ['>', ['get', 'count'], 1], layout: { 'text-field': ['number-format', ['get', 'count'], { locale: document.documentElement.lang }], 'text-font': FONT, 'text-size': 11, 'text-ignore-placement': true }, paint: { 'text-color': '#fff', 'text-halo-color': '#16222d', 'text-halo-width': 1 } },
      { id: 'sketch-area', type: 'fill', source: 'sketch', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': '#ffb700', 'fill-opacity': 0.15 } },
      { id: 'sketch-line', type: 'line', source: 'sketch', paint: { 'line-color': '#16222d', 'line-width': 2, 'line-dasharray': [2, 1] } },
      { id: 'sketch-corner', type: 'circle', source: 'sketch', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': '#ffb700', 'circle-radius': 5, 'circle-stroke-color': '#16222d', 'circle-stroke-width': 1.5 } },
    ],
  };
}

function empty() {
  return { type: 'FeatureCollection', features: [] };
}

async function draw() {
  const library = await import(box.dataset.library);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await readTileFiles(library, settings, box.dataset.pmtiles);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  box.replaceChildren();
  const map = new library.Map({
    container: box,
    style: style(),
    bounds: boundsOf(settings.bounds),
    fitBoundsOptions: { padding: 24, maxZoom: 15 },
    hash: 'vi-tri',
    maxZoom: 20,
    dragRotate: false,
    pitchWithRotate: false,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    attributionControl: { compact: true },
    locale: { 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut, 'Map.Title': box.dataset.map },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new library.ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.once('idle', () => { box.dataset.drawn = 'true'; });
  const tool = tools(map, library);
  choose(map, tool);
  seek(map);
  offerGround(map, settings, box.dataset.units);
  keepPlaceInLinks();
  picture(map);
  if (settings.area) showSketch(map, settings.area.split(';').filter(Boolean).map((corner) => corner.split(',').map(Number)), true);
  document.querySelector('[data-map-tools]').hidden = false;
  box.hatangsoMap = map;
}

// --- choosing ----------------------------------------------------------------------------------

async function show(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } });
  const text = await answer.text();
  if (!answer.ok) return;
  panel.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes);
  panel.focus({ preventScroll: true });
}

function panelOf({ layer, owner, code }) {
  const parts = [layer, owner, ...code.split('/')].map(encodeURIComponent);
  return settings.panel.replace('LOP/CHU/MA', [parts[0], parts[1], parts.slice(2).join('/')].join('/'));
}

/** Zoom in which the assets of a cluster are drawn singly, or in smaller cells where they are many. */
function zoomInto(zoom) {
  return zoom < 14 ? Math.min(zoom + 2, 14.5) : Math.min(zoom + 1.5, 20);
}

/** Show the one asset that was clicked; of several at one place, as a mast and its station, ask which. */
function offer(found) {
  if (found.size === 1) { show([...found.keys()][0]); return; }
  const heading = Object.assign(document.createElement('h2'), { textContent: panel.dataset.several });
  const list = Object.assign(document.createElement('ul'), { className: 'plain map-several' });
  for (const [address, { layer, code, owner }] of [...found].slice(0, 40)) {
    const item = document.createElement('li');
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent: code });
    button.addEventListener('click', () => show(address));
    item.append(button, ` ${settings.layers[layer].title}, ${owner}`);
    list.append(item);
  }
  panel.replaceChildren(heading, list);
  panel.focus({ preventScroll: true });
}

function choose(map, tool) {
  const near = ({ x, y }) => map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ['clusters', 'points', 'lines'] });
  map.on('click', ({ point, lngLat }) => {
    if (tool.name) return;
    const found = near(point);
    if (!found.length) return;
    if (found[0].layer.id === 'clusters') map.easeTo({ center: lngLat, zoom: zoomInto(map.getZoom()) });
    else offer(new Map(found.filter((each) => each.layer.id !== 'clusters').map(({ properties }) => [panelOf(properties), properties])));
  });
  map.on('mousemove', ({ point }) => { map.getCanvas().style.cursor = tool.name ? 'crosshair' : near(point).length ? 'pointer' : ''; });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-panel]');
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(link.dataset.panel);
    if (link.dataset.place) map.easeTo({ center: link.dataset.place.split(',').map(Number), zoom: Math.max(map.getZoom(), 16) });
    box.scrollIntoView({ block: 'nearest' });
  });
}

function seek(map) {
  const form = document.querySelector('[data-map-seek]');
  const list = form.querySelector('[data-map-hits]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = form.querySelector('input').value.trim();
    if (!text) return;
    const answer = await fetch(`${form.dataset.url}?${new URLSearchParams({ q: text })}`);
    const { hits } = await answer.json();
    list.replaceChildren(...hits.map((hit) => {
      const item = document.createElement('li');
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent: hit.title });
      const about = Object.assign(document.createElement('span'), { className: 'quiet', textContent: hit.about });
      button.addEventListener('click', () => go(map, hit));
      item.append(button, about);
      return item;
    }));
    if (!hits.length) list.append(Object.assign(document.createElement('li'), { textContent: list.dataset.none }));
    if (hits.length === 1) go(map, hits[0]);
  });
}

function go(map, hit) {
  if (hit.box) map.fitBounds(boundsOf(hit.box), { padding: 24 });
  else map.jumpTo({ center: hit.place, zoom: 17 });
  if (hit.panel) show(hit.panel);
}

// --- tools -------------------------------------------------------------------------------------

function showSketch(map, corners, closed) {
  const set = () => {
    const features = corners.map((at) => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }));
    if (corners.length > 1) features.push({ type: 'Feature', properties: {}, geometry: closed && corners.length > 2 ? { type: 'Polygon', coordinates: [[...corners, corners[0]]] } : { type: 'LineString', coordinates: corners } });
    map.getSource('sketch').setData({ type: 'FeatureCollection', features });
  };
  if (map.isStyleLoaded()) set();
  else map.once('load', set);
}

function tools(map, library) {
  const tool = { name: '' };
  const say = document.querySelector('[data-map-measure]');
  let corners = [];
  const take = (name) => {
    tool.name = tool.name === name ? '' : name;
    corners = [];
    showSketch(map, corners, false);
    say.textContent = tool.name === 'area' ? box.dataset.finish : '';
    for (const button of document.querySelectorAll('[data-tool][aria-pressed]')) button.setAttribute('aria-pressed', String(button.dataset.tool === tool.name));
    if (tool.name) map.doubleClickZoom.disable();
    else map.doubleClickZoom.enable();
  };
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
  const measured = () => {
    const metres = lengthOf(corners);
    const words = [`${box.dataset.length}: ${metres < 1000 ? `${number.format(metres)} m` : `${number.format(metres / 1000)} km`}`];
    if (corners.length > 2) {
      const surface = surfaceOf(corners);
      words.push(`${box.dataset.surface}: ${surface < 1e6 ? `${number.format(surface)} m²` : `${number.format(surface / 1e6)} km²`}`);
    }
    say.textContent = words.join(' · ');
  };
  const select = () => {
    if (crosses(corners)) {
      corners = [];
      showSketch(map, corners, false);
      say.textContent = box.dataset.crossing;
      return;
    }
    const form = document.querySelector('[data-map-filter]');
    form.elements.vung.value = corners.map(([x, y]) => `${x.toFixed(6)},${y.toFixed(6)}`).join(';');
    form.requestSubmit();
  };
  map.on('click', ({ lngLat, point }) => {
    if (!tool.name) return;
    if (tool.name === 'area' && corners.length > 2) {
      const first = map.project(corners[0]);
      if (Math.hypot(first.x - point.x, first.y - point.y) < 12) { select(); return; }
    }
    corners = [...corners, [lngLat.lng, lngLat.lat]];
    showSketch(map, corners, tool.name === 'area');
    if (tool.name === 'measure') measured();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && tool.name) take(tool.name);
    if (event.key === 'Enter' && tool.name === 'area' && corners.length > 2) select();
  });
  for (const button of document.querySelectorAll('[data-tool][aria-pressed]')) button.addEventListener('click', () => take(button.dataset.tool));
  document.querySelector('[data-tool="here"]').addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const spot = Object.assign(document.createElement('div'), { className: 'map-spot' });
      new library.Marker({ element: spot }).setLngLat([coords.longitude, coords.latitude]).addTo(map);
      map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 16 });
    }, () => { say.textContent = box.dataset.noPlace; });
  });
  return tool;
}

/** The map's place goes along with a filter and with the pages of the list. */
function keepPlaceInLinks() {
  const form = document.querySelector('[data-map-filter]');
  form.addEventListener('submit', () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    form.action = `${form.getAttribute('action').split('#')[0]}${location.hash}`;
  });
  for (const button of document.querySelectorAll('[data-clear-area]')) button.addEventListener('click', () => { form.elements.vung.value = ''; });
}

function picture(map) {
  const button = document.querySelector('[data-map-picture]');
  button.hidden = false;
  button.addEventListener('click', () => {
    const shot = map.getCanvas();
    const scale = shot.width / box.clientWidth;
    const legend = [...document.querySelectorAll('.legend li')];
    const sheet = document.createElement('canvas');
    const step = 22 * scale;
    sheet.width = shot.width;
    sheet.height = shot.height + step * (legend.length + 2);
    const pen = sheet.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(shot, 0, 0);
    pen.font = `${14 * scale}px "Be Vietnam Pro", sans-serif`;
    let top = shot.height + step;
    const write = (text, left) => { pen.fillStyle = '#16222d'; pen.fillText(text, left, top); top += step; };
    write(document.querySelector('.map-title').innerText.trim(), step / 2);
    for (const item of legend) {
      pen.fillStyle = item.querySelector('rect').getAttribute('fill');
      pen.fillRect(step / 2, top - 13 * scale, 24 * scale, 15 * scale);
      write(item.innerText.trim(), step / 2 + 34 * scale);
    }
    sheet.toBlob((blob) => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: button.dataset.mapPicture });
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });
}

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  console.error(error);
});
