// Editing on the map: an asset is chosen or drawn with terra-draw, snapped, and proposed.

import { boundsOf, groundLayers, offerGround, readTileFiles } from './map_ground.js';

const box = document.getElementById('map');
const form = document.querySelector('[data-edit]');
const said = form.querySelector('[data-said]');
const settings = JSON.parse(document.getElementById('map-settings').textContent);
const kinds = new Map(JSON.parse(document.getElementById('map-kinds').textContent).map((kind) => [kind.code, kind]));
const FONT = ['Be Vietnam Pro'];
const COLOUR = ['match', ['get', 'layer'], ...Object.entries(settings.layers).flatMap(([name, { colour }]) => [name, colour]), '#3d4a55'];
/** Most corners of a line that are snapped; a longer one is a road, not a row of poles. */
const MOST_SNAPPED = 200;
const state = { chosen: null, other: null, corners: null, at: null, end: '', ends: [] };
let pen;

function absolute(address) {
  return new URL(address, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
}

async function draw() {
  const library = await import(box.dataset.library);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await readTileFiles(library, settings, box.dataset.pmtiles);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  box.replaceChildren();
  const ground = groundLayers(settings, absolute, FONT);
  const map = new library.Map({
    container: box,
    bounds: boundsOf(settings.bounds),
    fitBoundsOptions: { maxZoom: 15 },
    hash: 'vi-tri',
    maxZoom: 20,
    dragRotate: false,
    attributionControl: false,
    locale: { 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut, 'Map.Title': box.dataset.map },
    style: {
      version: 8,
      sources: { ...ground.sources, assets: { type: 'vector', tiles: [absolute(`${settings.tiles}?moi=1`)], maxzoom: 20 } },
      layers: [
        ...ground.layers,
        { id: 'lines', type: 'line', source: 'assets', 'source-layer': 'lines', paint: { 'line-color': COLOUR, 'line-width': 3 } },
        { id: 'points', type: 'circle', source: 'assets', 'source-layer': 'points', paint: { 'circle-color': COLOUR, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1 } },
        { id: 'clusters', type: 'circle', source: 'assets', 'source-layer': 'clusters', paint: { 'circle-color': COLOUR, 'circle-opacity': 0.7, 'circle-radius': 11 } },
        { id: 'counts', type: 'symbol', source: 'assets', 'source-layer': 'clusters', layout: { 'text-field': ['number-format', ['get', 'count'], { locale: document.documentElement.lang }], 'text-font': FONT, 'text-size': 11, 'text-ignore-placement': true }, paint: { 'text-color': '#fff', 'text-halo-color': '#16222d', 'text-halo-width': 1 } },
      ],
    },
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  map.once('load', () => {
    const { TerraDraw, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawSelectMode } = globalThis.terraDraw;
    const flags = { feature: { draggable: true, coordinates: { draggable: true, midpoints: true, deletable: true } } };
    pen = new TerraDraw({
      adapter: new globalThis.terraDrawMaplibreGlAdapter.TerraDrawMapLibreGLAdapter({ map, lib: library }),
      modes: [new TerraDrawPointMode(), new TerraDrawLineStringMode(), new TerraDrawSelectMode({ flags: { point: flags, linestring: flags } })],
    });
    pen.start();
    pen.setMode('static');
    pen.on('finish', (id) => { finished(pen.getSnapshotFeature(id)); });
    verb();
    open(map);
  });
  offerGround(map, settings, box.dataset.units);
  map.once('idle', () => { box.dataset.drawn = 'true'; });
  map.on('click', (event) => { clicked(map, event); });
  box.hatangsoMap = map;
  box.hatangsoState = state;
}

/** The asset that the address names, as the record's page links here. */
function open(map) {
  const asked = new URLSearchParams(location.search);
  const [layer, owner, code] = ['lop', 'chu', 'ma'].map((name) => asked.get(name));
  if (code) choose({ layer, owner, code }).then(() => { if (state.corners) map.jumpTo({ center: Array.isArray(state.corners[0]) ? state.corners[0] : state.corners, zoom: 17 }); });
}

async function choose({ layer, owner, code }) {
  const parts = [layer, owner, ...code.split('/')].map(encodeURIComponent);
  const answer = await fetch(box.dataset.subject.replace('LOP/CHU/MA', [parts[0], parts[1], parts.slice(2).join('/')].join('/')));
  if (!answer.ok) { say((await answer.json().catch(() => ({}))).detail ?? `${answer.status}`); return; }
  state.chosen = await answer.json();
  state.corners = state.chosen.corners;
  form.querySelector('[data-chosen]').textContent = `${owner} ${code}`;
  if (form.elements.verb.value !== 'move' || !state.corners) return;
  pen.clear();
  const point = state.chosen.shape === 'point';
  const [added] = pen.addFeatures([{ type: 'Feature', properties: { mode: point ? 'point' : 'linestring' }, geometry: { type: point ? 'Point' : 'LineString', coordinates: rounded(state.corners) } }]);
  pen.setMode('select');
  if (added?.id) pen.selectFeature(added.id);
}

/** Terra-draw takes nine decimals at most. */
function rounded(corners) {
  return Array.isArray(corners[0]) ? corners.map(rounded) : corners.map((side) => Number(side.toFixed(9)));
}

function clicked(map, { point, lngLat }) {
  const what = form.elements.verb.value;
  if (what === 'draw') return;
  const found = map.queryRenderedFeatures([[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]], { layers: ['points', 'lines', 'clusters'] })[0];
  if (found?.layer.id === 'clusters') { map.easeTo({ center: lngLat, zoom: map.getZoom() < 14 ? 14.5 : map.getZoom() + 1.5 }); return; }
  if (what === 'split' && state.chosen) {
    near([lngLat.lng, lngLat.lat]).then((hit) => {
      state.at = hit ? hit.place : [lngLat.lng, lngLat.lat];
      state.end = hit ? hit.code : '';
      say(state.at.map((side) => side.toFixed(6)).join(', '));
    });
    return;
  }
  if (!found || (what === 'move' && state.chosen && pen.getMode() === 'select')) return;
  if (what === 'join' && state.chosen) {
    state.other = found.properties.code;
    form.querySelector('[data-other]').textContent = found.properties.code;
    return;
  }
  choose(found.properties);
}

async function near([longitude, latitude]) {
  if (!form.elements.snap.checked) return null;
  const answer = await fetch(`${box.dataset.near}?${new URLSearchParams({ kinh: longitude, vi: latitude })}`);
  if (!answer.ok) return null;
  const { near: found } = await answer.json();
  return found.find((hit) => hit.code !== state.chosen?.code) ?? null;
}

async function finished(feature) {
  if (!feature) return;
  const { type, coordinates } = feature.geometry;
  if (type === 'Point') {
    state.corners = coordinates;
    return;
  }
  // Each corner goes onto the pole, the chamber or the site that stands there.
  const hits = await Promise.all(coordinates.slice(0, MOST_SNAPPED).map(near));
  const snapped = coordinates.map((corner, i) => hits[i]?.place ?? corner);
  const corners = snapped.filter((corner, i) => i === 0 || corner.join() !== snapped[i - 1].join());
  if (corners.length < 2) { say(said.dataset.short); return; }
  state.corners = corners;
  state.ends = [hits[0], hits[coordinates.length - 1]];
  if (pen.hasFeature(feature.id)) pen.updateFeatureGeometry(feature.id, { type: 'LineString', coordinates: rounded(corners) });
  const on = hits.filter(Boolean).map((hit) => hit.code);
  if (on.length) say(`${said.dataset.snapped} ${on.join(', ')}.`);
}

function verb() {
  const what = form.elements.verb.value;
  for (const part of form.querySelectorAll('[data-for]')) part.hidden = !part.dataset.for.split(' ').includes(what);
  Object.assign(state, { chosen: null, other: null, corners: null, at: null, end: '', ends: [] });
  for (const output of form.querySelectorAll('output[data-empty]')) output.textContent = output.dataset.empty;
  pen.clear();
  const kind = kinds.get(form.elements.layer.value);
  pen.setMode(what === 'draw' ? (kind.shape === 'point' ? 'point' : 'linestring') : 'static');
  const required = form.querySelector('[data-required]');
  required.replaceChildren(...kind.required.map((field) => {
    const label = Object.assign(document.createElement('label'), { textContent: field.title });
    const control = document.createElement(field.codes.length ? 'select' : 'input');
    control.name = `value-${field.name}`;
    for (const code of field.codes) control.append(new Option(code.title, code.value));
    label.append(document.createElement('br'), control);
    return label;
  }));
}

function say(text, link) {
  said.textContent = text;
  if (link) said.append(' ', Object.assign(document.createElement('a'), { href: link, textContent: said.dataset.see }));
}

function edit() {
  const field = form.elements;
  const what = field.verb.value;
  const common = { verb: what, reason: field.reason.value.trim() };
  if (what === 'draw') {
    const values = { code: field.code.value.trim() };
    for (const control of form.querySelectorAll('[name^="value-"]')) values[control.name.slice(6)] = control.value;
    kinds.get(field.layer.value).ends.forEach(({ name, layers }, i) => { if (layers.includes(state.ends[i]?.layer)) values[name] = state.ends[i].code; });
    return state.corners && { ...common, layer: field.layer.value, owner: field.owner.value, values, corners: state.corners };
  }
  if (!state.chosen) return null;
  const asset = { ...common, layer: state.chosen.layer, owner: state.chosen.owner, code: state.chosen.code };
  if (what === 'move') return { ...asset, was: state.chosen.corners, corners: state.corners };
  if (what === 'split') return state.at && { ...asset, at: state.at, end: state.end, codes: [field.first.value.trim(), field.second.value.trim()] };
  return state.other && { ...asset, other: state.other, new_code: field.code.value.trim() };
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const given = edit();
  if (!given) { say(said.dataset.choose); return; }
  if (!given.reason) { say(said.dataset.reason); form.elements.reason.focus(); return; }
  try {
    const answer = await fetch(box.dataset.send, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value }, body: JSON.stringify(given) });
    const { done, detail, proposal } = await answer.json();
    if (answer.ok) { form.elements.reason.value = ''; verb(); }
    say(done ?? detail, proposal);
  } catch {
    say(said.dataset.lost);
  }
});
form.elements.verb.addEventListener('change', verb);
form.elements.layer.addEventListener('change', verb);
form.querySelector('[data-again]').addEventListener('click', verb);

draw().catch((error) => {
  box.textContent = box.dataset.failed;
  console.error(error);
});
