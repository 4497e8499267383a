// The choropleth: polygons from the tiles, figures and colours from the table beside it. With an
// earlier day, a second map lies under the first, which is cut off at a line that moves.

const box = document.getElementById('map');
const FONT = ['Be Vietnam Pro'];
const LINE = '#5a6672';
const TWO_DATES = Boolean(box.dataset.earlierTiles);

/** Rows of the table by the unit that they draw: of the page's day, or of the earlier one. */
function rowsBy(key) {
  return new Map([...document.querySelectorAll(`[data-${key}]`)].map((row) => [Number(row.dataset[key]), row]));
}
const NOW = { rows: rowsBy('unit'), tiles: box.dataset.tiles, colour: 'colour', value: 'value' };
const THEN = { rows: rowsBy('earlier'), tiles: box.dataset.earlierTiles, colour: 'earlierColour', value: 'earlierValue' };

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

/** One map of one day in a pane of the box. */
function paint(library, pane, day, more) {
  const [west, south, east, north] = box.dataset.bounds.split(',').map(Number);
  const map = new library.Map({
    container: pane,
    style: style(day.tiles),
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: { 'NavigationControl.ZoomIn': box.dataset.zoomIn, 'NavigationControl.ZoomOut': box.dataset.zoomOut, 'Map.Title': TWO_DATES ? `${box.dataset.map}, ${day === THEN ? box.dataset.earlierDay : box.dataset.day}` : box.dataset.map },
    ...more,
  });
  map.touchZoomRotate.disableRotation();
  map.once('style.load', () => {
    // The hatching lies under the colours: where a figure is known, its colour covers it.
    map.addImage('hatching', hatching(), { pixelRatio: 1.5 });
    map.addLayer(unknown(), 'known');
    for (const [id, row] of day.rows) {
      const colour = row.dataset[day.colour];
      map.setFeatureState({ source: 'units', sourceLayer: 'units', id }, { listed: true, known: Boolean(colour), colour: colour ?? null });
    }
  });
  return map;
}

async function draw() {
  const library = await import(box.dataset.library);
  library.setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  await document.fonts.load('12px "Be Vietnam Pro"', 'Thượng Lộ');
  box.replaceChildren();
  const under = TWO_DATES ? paint(library, pane(), THEN, { interactive: false }) : null;
  const over = TWO_DATES ? pane() : box;
  const map = paint(library, over, NOW, { hash: 'vi-tri' });
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new library.ScaleControl({ unit: 'metric' }), 'bottom-left');
  const share = { of: 0 };
  if (under) {
    const follow = () => under.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
    map.on('move', follow);
    map.once('load', follow);
    swipe(over, share);
    choose(under, map, THEN, library.Popup, share);
  }
  const drawn = [map, under].filter(Boolean).map((each) => new Promise((done) => each.once('idle', done)));
  Promise.all(drawn).then(() => { box.dataset.drawn = 'true'; });
  choose(map, map, NOW, library.Popup, share);
  picture(map, under, share);
}

function pane() {
  const made = Object.assign(document.createElement('div'), { className: 'map-pane' });
  box.append(made);
  return made;
}

/** The line between the two days: dragged on the map, or moved by the slider below it. */
function swipe(over, share) {
  const slider = document.getElementById('swipe');
  const line = Object.assign(document.createElement('div'), { className: 'map-line' });
  for (const [side, text] of [['left', box.dataset.earlierDay], ['right', box.dataset.day]]) {
    box.append(Object.assign(document.createElement('span'), { className: `map-day map-day-${side}`, textContent: text }));
  }
  line.setAttribute('aria-hidden', 'true');
  box.append(line);
  const set = (percent) => {
    share.of = Math.min(100, Math.max(0, percent)) / 100;
    over.style.clipPath = `inset(0 0 0 ${share.of * 100}%)`;
    line.style.left = `${share.of * 100}%`;
    slider.value = share.of * 100;
  };
  slider.addEventListener('input', () => set(Number(slider.value)));
  line.addEventListener('pointerdown', (event) => {
    line.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  line.addEventListener('pointermove', (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const { left, width } = box.getBoundingClientRect();
    set(((event.clientX - left) / width) * 100);
  });
  document.querySelector('[data-swipe]').hidden = false;
  set(Number(slider.value));
}

/** The map and the table share one choice: what is pointed at in one is marked in the other. */
function choose(map, above, day, Popup, share) {
  const popup = new Popup({ closeButton: false, closeOnClick: false, maxWidth: '16rem' });
  let chosen = null;
  const mark = (id, on) => {
    if (id === null || !day.rows.has(id)) return;
    map.setFeatureState({ source: 'units', sourceLayer: 'units', id }, { chosen: on });
    day.rows.get(id).classList.toggle('is-chosen', on);
  };
  const set = (id) => {
    if (id === chosen) return;
    mark(chosen, false);
    chosen = id;
    mark(chosen, true);
  };
  // Of two maps the upper one hears the mouse; each answers for its own side of the line.
  const mine = (point) => !TWO_DATES || (point.x / box.clientWidth < share.of) === (day === THEN);
  const rowAt = (point) => {
    const [found] = mine(point) && map.getLayer('known') ? map.queryRenderedFeatures(point, { layers: ['known'] }) : [];
    return found ? [found.id, day.rows.get(found.id)] : [null, undefined];
  };
  above.on('mousemove', ({ point, lngLat }) => {
    const [id, row] = rowAt(point);
    set(row ? id : null);
    if (mine(point)) above.getCanvas().style.cursor = row ? 'pointer' : '';
    if (!row) { popup.remove(); return; }
    const name = Object.assign(document.createElement('b'), { textContent: row.dataset.name });
    const text = document.createElement('div');
    text.append(name, document.createElement('br'), row.dataset[day.value] || box.dataset.none);
    popup.setLngLat(lngLat).setDOMContent(text).addTo(above);
  });
  above.on('mouseout', () => { set(null); popup.remove(); });
  above.on('click', ({ point }) => {
    const [, row] = rowAt(point);
    if (row) location.assign(row.dataset.url);
  });
  for (const [id, row] of day.rows) {
    row.addEventListener('mouseenter', () => set(id));
    row.addEventListener('focusin', () => set(id));
    row.addEventListener('mouseleave', () => set(null));
    row.addEventListener('focusout', () => set(null));
  }
}

/** The map with its title, legend and source as one picture. */
function picture(map, under, share) {
  const button = document.querySelector('[data-map-picture]');
  button.hidden = false;
  button.addEventListener('click', () => {
    const shot = map.getCanvas();
    const scale = shot.width / box.clientWidth;
    const lines = [...document.querySelectorAll('.map-figure figcaption > p:not(.row-list)')].map((line) => line.innerText.trim());
    const legend = [...document.querySelectorAll('.legend li')];
    const sheet = document.createElement('canvas');
    const step = 22 * scale;
    const pen = sheet.getContext('2d');
    const font = `${14 * scale}px "Be Vietnam Pro", sans-serif`;
    sheet.width = shot.width;
    pen.font = font;
    const words = lines.map((line) => broken(pen, line, sheet.width - step));
    sheet.height = shot.height + step * (words.flat().length + legend.length + 1);
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, sheet.width, sheet.height);
    if (under) {
      const cut = Math.round(shot.width * share.of);
      pen.drawImage(under.getCanvas(), 0, 0, cut, shot.height, 0, 0, cut, shot.height);
      pen.drawImage(shot, cut, 0, shot.width - cut, shot.height, cut, 0, shot.width - cut, shot.height);
      pen.fillStyle = '#16222d';
      pen.fillRect(cut - scale, 0, 2 * scale, shot.height);
    } else {
      pen.drawImage(shot, 0, 0);
    }
    pen.font = font;
    let top = shot.height + step;
    const write = (text, left) => { pen.fillStyle = '#16222d'; pen.fillText(text, left, top); top += step; };
    for (const line of words[0]) write(line, step / 2);
    for (const item of legend) {
      const colour = item.querySelector('rect').getAttribute('fill');
      pen.fillStyle = colour.startsWith('#') ? colour : pen.createPattern(pattern(), 'repeat');
      pen.fillRect(step / 2, top - 13 * scale, 24 * scale, 15 * scale);
      pen.strokeStyle = LINE;
      pen.strokeRect(step / 2, top - 13 * scale, 24 * scale, 15 * scale);
      write(item.innerText.trim(), step / 2 + 34 * scale);
    }
    for (const line of words.slice(1).flat()) write(line, step / 2);
    sheet.toBlob((blob) => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: button.dataset.mapPicture });
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });
}

/** A text in lines that are no wider than the picture. */
function broken(pen, text, width) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
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
