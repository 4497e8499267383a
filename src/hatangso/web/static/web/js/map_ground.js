// What the pages of the map share: the ground under the assets, and measures on the ellipsoid.

const LINE = '#5a6672';

/** Units and villages of the page's day, and the layers of the settings. */
export function groundLayers(settings, absolute, font) {
  const sources = {};
  const layers = [{ id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } }];
  for (const layer of settings.base) {
    const hidden = { visibility: 'none' };
    const metadata = { base: layer.name };
    const id = `base-${layer.name}`;
    const common = { attribution: layer.attribution };
    if (layer.kind === 'pmtiles') sources[id] = { type: layer.vector ? 'vector' : 'raster', url: `pmtiles://${absolute(layer.tiles)}`, ...(layer.vector ? {} : { tileSize: 256 }), ...common };
    else sources[id] = { type: 'raster', tiles: [absolute(layer.tiles)], tileSize: 256, ...common };
    if (!layer.vector) layers.push({ id, type: 'raster', source: id, layout: hidden, metadata });
    else layers.push({ id, type: 'line', source: id, 'source-layer': layer.name, layout: hidden, metadata, paint: { 'line-color': '#9aa7b3', 'line-width': 1.2 } });
  }
  for (const [level, from] of [['province', 0], ['commune', 8], ['village', 12]]) {
    const id = `units-${level}`;
    sources[id] = { type: 'vector', tiles: [absolute(settings.units.replace('{level}', level))], minzoom: from, maxzoom: 14 };
    if (level !== 'village') {
      layers.push({ id: `${id}-fill`, type: 'fill', source: id, 'source-layer': 'units', paint: { 'fill-color': '#ffffff', 'fill-opacity': settings.base.length ? 0.25 : 0.6 } });
      layers.push({ id, type: 'line', source: id, 'source-layer': 'units', paint: { 'line-color': LINE, 'line-width': level === 'province' ? 1.4 : 0.5 } });
    }
    layers.push({ id: `${id}-names`, type: 'symbol', source: id, 'source-layer': 'labels', minzoom: from, maxzoom: level === 'province' ? 9 : 24, layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': level === 'village' ? 10 : 12, 'text-padding': 4, 'text-max-width': 7 }, paint: { 'text-color': '#4b5b69', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } });
  }
  return { sources, layers };
}

export function boundsOf([west, south, east, north]) {
  return [[west, south], [east, north]];
}

// WGS 84: half axis in metres, and the square of the eccentricity.
const A = 6378137;
const E2 = 0.00669437999014;

/** Metres of one radian to the east and to the north at a latitude: the radii of curvature. */
function radii(latitude) {
  const s = Math.sin(latitude * Math.PI / 180);
  const w = 1 - E2 * s * s;
  return [A / Math.sqrt(w) * Math.cos(latitude * Math.PI / 180), A * (1 - E2) / w ** 1.5];
}

/** Length of a way over corners, in metres; to a few parts in a million over some kilometres. */
export function lengthOf(corners) {
  let metres = 0;
  for (let i = 1; i < corners.length; i += 1) {
    const [x0, y0] = corners[i - 1];
    const [x1, y1] = corners[i];
    const [east, north] = radii((y0 + y1) / 2);
    metres += Math.hypot((x1 - x0) * Math.PI / 180 * east, (y1 - y0) * Math.PI / 180 * north);
  }
  return metres;
}

/** Area inside corners, in square metres, on the plane that touches the ellipsoid at their middle. */
export function surfaceOf(corners) {
  const middle = corners.reduce((sum, [, y]) => sum + y, 0) / corners.length;
  const [east, north] = radii(middle);
  const flat = corners.map(([x, y]) => [(x - corners[0][0]) * Math.PI / 180 * east, (y - middle) * Math.PI / 180 * north]);
  let twice = 0;
  flat.forEach(([x, y], i) => {
    const [nextX, nextY] = flat[(i + 1) % flat.length];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/** Whether the border over some corners crosses itself. */
export function crosses(corners) {
  const turn = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  const many = corners.length;
  for (let i = 0; i < many; i += 1) {
    for (let j = i + 2; j < many; j += 1) {
      if (i === 0 && j === many - 1) continue;
      const [a, b, c, d] = [corners[i], corners[i + 1], corners[j], corners[(j + 1) % many]];
      if (turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b)) return true;
    }
  }
  return false;
}

/** Tiles of one file, where the settings name such a layer. */
export async function readTileFiles(library, settings, script) {
  if (!settings.base.some((layer) => layer.kind === 'pmtiles')) return;
  await new Promise((done, fail) => {
    document.head.append(Object.assign(document.createElement('script'), { src: script, onload: done, onerror: fail }));
  });
  library.addProtocol('pmtiles', new globalThis.pmtiles.Protocol().tile);
}

/** The user's own layers, one of which lies under the units at a time. */
export function offerGround(map, settings, unitsOnly) {
  if (!settings.base.length) return;
  const label = document.querySelector('[data-map-base]');
  const list = label.querySelector('select');
  list.append(new Option(unitsOnly, ''), ...settings.base.map((layer) => new Option(layer.title, layer.name)));
  label.hidden = false;
  list.addEventListener('change', () => {
    for (const layer of map.getStyle().layers) {
      const named = layer.metadata?.base;
      if (named) map.setLayoutProperty(layer.id, 'visibility', named === list.value ? 'visible' : 'none');
    }
  });
}
