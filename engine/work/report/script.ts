/** The page's only script: a read-out under the pointer. Everything else works without it. */

/** Runs in a browser, on the JSON in the page; text is set as text, never as markup. */
export const SCRIPT = `'use strict';
(() => {
  const { runs, charts } = JSON.parse(document.getElementById('data').textContent);
  const node = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const shown = (value, { scale, digits, unit }) => {
    if (value === null) return 'not finite';
    const v = value * scale;
    const size = Math.abs(v);
    const text = digits !== null ? v.toFixed(digits)
      : size !== 0 && (size < 1e-3 || size >= 1e6) ? v.toExponential(3) : String(Number(v.toPrecision(4)));
    return text + unit;
  };
  const nearest = (xs, x) => {
    let low = 0, high = xs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle] < x) low = middle + 1; else high = middle;
    }
    return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
  };
  const visible = (run) => run === null || (document.getElementById('show-' + run) || { checked: true }).checked;
  for (const svg of document.querySelectorAll('svg[data-chart]')) {
    const chart = charts[svg.dataset.chart];
    const { left, right, first, last } = Object.fromEntries(Object.entries(svg.dataset).map(([k, v]) => [k, Number(v)]));
    const cross = svg.querySelector('.cross');
    const figure = svg.closest('figure');
    let box;
    const leave = () => {
      cross.setAttribute('x1', -9);
      cross.setAttribute('x2', -9);
      if (box) box.remove();
      box = undefined;
    };
    svg.addEventListener('pointerleave', leave);
    svg.addEventListener('pointermove', (event) => {
      const area = svg.getBoundingClientRect();
      const at = (event.clientX - area.left) / area.width * svg.viewBox.baseVal.width;
      if (at < left - 6 || at > right + 6) return leave();
      const x = first + (Math.min(Math.max(at, left), right) - left) / (right - left) * (last - first);
      const rows = chart.lines.filter((line) => line.x.length > 0 && visible(line.run) && !(runs.length > 2 && line.label.endsWith('raw')))
        .map((line) => ({ line, i: nearest(line.x, x) }));
      if (rows.length === 0) return leave();
      const nearestRow = rows.reduce((a, b) => Math.abs(b.line.x[b.i] - x) < Math.abs(a.line.x[a.i] - x) ? b : a);
      const step = nearestRow.line.x[nearestRow.i];
      const place = left + (step - first) / (last - first) * (right - left);
      cross.setAttribute('x1', place);
      cross.setAttribute('x2', place);
      if (!box) figure.append(box = node('div', 'readout'));
      const epoch = nearestRow.line.epoch && nearestRow.line.epoch[nearestRow.i];
      box.replaceChildren(node('div', 'head', chart.xName + ' ' + step.toLocaleString('en') + (epoch === null || epoch === undefined ? '' : ', epoch ' + epoch)));
      for (const { line, i } of rows) {
        const row = node('div', line.run === null ? '' : 'run-' + line.run);
        if (line.run !== null) row.append(node('span', 'swatch'));
        const name = line.run === null || runs.length === 1 ? line.label : runs[line.run] + (line.label && ' · ' + line.label);
        const far = line.x[i] === step ? '' : ' (' + chart.xName.split(' ')[0] + ' ' + line.x[i].toLocaleString('en') + ')';
        row.append(node('span', '', (name || chart.title) + far), node('b', '', shown(line.y[i], chart)));
        box.append(row);
      }
      const around = figure.getBoundingClientRect();
      const beside = event.clientX - around.left;
      const flip = beside > around.width / 2;
      box.style.left = flip ? '' : beside + 16 + 'px';
      box.style.right = flip ? around.width - beside + 16 + 'px' : '';
      box.style.top = event.clientY - around.top + 14 + 'px';
    });
  }
})();
`;
