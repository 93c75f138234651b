/** The page's style: light and dark according to the reader's setting, with colours that colour-blind readers can distinguish too. */

/** Runs beyond the number of colours reuse them with dashed lines. */
export const MAX_RUNS = 16;
const COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ['#2459d6', '#7ea6ff'],
  ['#d2570a', '#ff9d57'],
  ['#0b8262', '#45cfa2'],
  ['#9a32c9', '#d49bff'],
  ['#8a6d00', '#e5c453'],
  ['#0d7490', '#58c8e2'],
  ['#c2256b', '#ff8db8'],
  ['#545f70', '#aab6c6'],
];

const RUNS = Array.from({ length: MAX_RUNS }, (_, run) => {
  const hidden = `body:has(#show-${run}:not(:checked)) .run-${run}{display:none}`;
  const dash = run < COLOURS.length ? '' : `.line.run-${run}{stroke-dasharray:7 2 1 2}`;
  return `.run-${run},.ink-${run}{--run:var(--colour-${run % COLOURS.length})}${hidden}${dash}`;
}).join('\n');

function colours(shade: 0 | 1): string {
  return COLOURS.map((pair, i) => `--colour-${i}:${pair[shade]}`).join(';');
}

const LIGHT = `color-scheme:light;--page:#f6f7f9;--card:#fff;--text:#1b2230;--soft:#5c6675;--rule:#e3e7ec;--grid:#edf0f3;--axis:#9aa4b1;
--recorded:#b9c1cc;--good:#0b7a54;--bad:#b3261e;--warn:#8a5a00;--chip:#eef1f5;${colours(0)}`;
const DARK = `color-scheme:dark;--page:#12151a;--card:#1a1f27;--text:#e6eaf0;--soft:#97a3b3;--rule:#2b323d;--grid:#252c36;--axis:#5d6978;
--recorded:#566173;--good:#4fd1a0;--bad:#ff8a80;--warn:#f0c060;--chip:#252c36;${colours(1)}`;

export const STYLE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:36px 24px 64px}
h1{font-size:25px;font-weight:650;letter-spacing:-.01em;margin:0}
h2{font-size:18px;font-weight:640;margin:42px 0 4px}
h3{font-size:15px;font-weight:620;margin:0}
p{margin:4px 0}
.soft{color:var(--soft)}
.small{font-size:13px}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:16px 18px}
.runs{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center;background:var(--page);padding:12px 0;margin:14px 0 8px;border-bottom:1px solid var(--rule)}
.runs label{display:inline-flex;gap:8px;align-items:center;padding:4px 12px 4px 9px;border:1px solid var(--rule);border-radius:99px;background:var(--card);cursor:pointer;max-width:100%}
.runs label span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.runs input{accent-color:var(--run,var(--soft));margin:0}
.swatch{display:inline-block;flex:none;width:11px;height:11px;border-radius:3px;background:var(--run)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:18px;margin-top:14px}
figure{margin:0;position:relative}
figcaption .soft{font-size:13px;min-height:1.5em}
svg.chart{display:block;width:100%;height:auto;margin-top:8px;touch-action:pan-y}
.chart text{font-size:11.5px;fill:var(--soft)}
.chart .start{text-anchor:start}.chart .middle{text-anchor:middle}.chart .end{text-anchor:end}
.chart .epoch{opacity:.75}
.grid{stroke:var(--grid)}.axis{stroke:var(--axis)}
.level{stroke:var(--axis);stroke-dasharray:2 4}
.line{fill:none;stroke:var(--run);stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}
.line.faint{stroke-width:1;opacity:.26}
.line.second{stroke-width:1.3;stroke-dasharray:5 4;opacity:.8}
.line.dotted{stroke-width:1.5;stroke-dasharray:.1 4.2}
.line.recorded{stroke:var(--recorded);stroke-width:5;stroke-linejoin:miter;stroke-linecap:butt}
.line.dot{fill:var(--run);stroke:none}
.line.broken{stroke-width:1.6;stroke-dasharray:none;opacity:1}
.cross{stroke:var(--axis);stroke-dasharray:3 3;pointer-events:none}
body:has(#show-raw:not(:checked)) .line.faint{display:none}
.readout{position:absolute;z-index:1;pointer-events:none;min-width:150px;max-width:330px;background:var(--card);border:1px solid var(--axis);border-radius:8px;padding:7px 10px;font-size:12.5px;line-height:1.45;box-shadow:0 6px 22px #0003}
.readout div{display:flex;gap:8px;align-items:baseline}
.readout b{margin-left:auto;padding-left:12px;font-weight:600}
.readout .head{color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:7px 14px 7px 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule);white-space:nowrap}
tr:last-child>*{border-bottom:0}
th{font-weight:560}
th:first-child{text-align:left;position:sticky;left:0;background:var(--card)}
.many td small{display:block;margin:0}
td small{color:var(--soft);font-size:12.5px;margin-right:14px}
tr.soft th{font-weight:400;padding-left:14px}
thead .chip{margin-left:6px}
thead th{color:var(--soft);font-size:13px;vertical-align:bottom}
thead .swatch{margin-right:7px}
.lead{font-weight:680}
.chip{display:inline-block;border-radius:99px;padding:1px 10px;font-size:12.5px;background:var(--chip);color:var(--soft)}
.chip.done{color:var(--good)}.chip.failed,.chip.killed{color:var(--bad)}.chip.running,.chip.paused,.chip.stopped{color:var(--warn)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:10px 0 0;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}dd details{margin:0}
details{margin-top:10px;font-size:14px}summary{cursor:pointer;color:var(--soft)}
ul{margin:6px 0;padding-left:20px}
footer{margin-top:44px;color:var(--soft);font-size:13px}
@media print{.runs{position:static}.card,figure{break-inside:avoid}}
${RUNS}
`;
