// Draws the page's charts with uPlot. Data, words and colours' names come from the page; the table below each chart
// holds the same numbers, is open until the chart is drawn, and stays for whoever does not see it.

const lang = document.documentElement.lang || "en";
const numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
const dayShort = new Intl.DateTimeFormat(lang, { month: "numeric", day: "numeric", timeZone: "UTC" });
const dayLong = new Intl.DateTimeFormat(lang, { year: "numeric", month: "short", day: "numeric", weekday: "short", timeZone: "UTC" });
const HEIGHT = 210;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000];
const drawn = [];

/** Return a colour token of the page as it is now. */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Return the values that are drawn: with `stacked` each series stands on those before it. */
function columns(data) {
  if (!data.stacked) return data.series.map((each) => each.values);
  const sums = data.x.map(() => 0);
  return data.series.map((each) => each.values.map((value, index) => (sums[index] += value ?? 0)));
}

/** Return how one series looks. Lines differ in their stroke and their points, so that colour is never alone. */
function look(each, unit) {
  const colour = token(`--hue-${each.hue}`);
  const base = { label: each.label, stroke: colour, spanGaps: false };
  if (each.draw === "bars") {
    const paths = uPlot.paths.bars({ size: [unit === "week" ? 0.62 : 0.7, 46] });
    return { ...base, stroke: token("--g2"), fill: colour, width: 1, paths, points: { show: false } };
  }
  if (each.draw === "steps") return { ...base, width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } };
  if (each.draw === "dotted") return { ...base, width: 2, dash: [2, 5], points: { show: false } };
  return { ...base, width: 2.5, points: { show: true, size: 6, fill: token("--g2"), width: 2 } };
}

/** Write the values under the crosshair beside the legend. */
function speak(output, data, index) {
  if (index === null || index === undefined) {
    output.textContent = "";
    return;
  }
  const said = data.series
    .filter((each) => each.values[index] !== null && (!data.stacked || each.values[index] > 0))
    .map((each) => `${each.label} ${numbers.format(each.values[index])}`);
  output.textContent = [dayLong.format(new Date(data.x[index] * 1000)), ...said].join("  ·  ");
}

/** Mark today by a thin upright line. */
function markToday(chart, today) {
  if (!today) return;
  const x = Math.round(chart.valToPos(today, "x", true));
  const { top, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.strokeStyle = token("--ink-3");
  chart.ctx.setLineDash([3, 3]);
  chart.ctx.beginPath();
  chart.ctx.moveTo(x, top);
  chart.ctx.lineTo(x, top + height);
  chart.ctx.stroke();
  chart.ctx.restore();
}

function axes() {
  const base = { stroke: token("--ink-3"), font: `11px ${token("--font")}`, ticks: { show: false } };
  const grid = { stroke: token("--g3"), width: 1 };
  return [
    { ...base, grid: { show: false }, size: 26, space: 58, values: (_chart, ticks) => ticks.map((at) => dayShort.format(new Date(at * 1000))) },
    { ...base, grid, size: 44, incrs: STEPS, values: (_chart, ticks) => ticks.map((value) => numbers.format(value)) },
  ];
}

/** Return the range of days with half a bar's room at both ends, so that the first and last are whole. */
function rangeOf(data) {
  const step = (data.unit === "week" ? 7 : 1) * 86400;
  const room = data.series.some((each) => each.draw === "bars") ? step * 0.55 : step * 0.2;
  return [data.x[0] - room, data.x.at(-1) + room];
}

function draw(figure) {
  const source = figure.querySelector("script[type='application/json']");
  const place = figure.querySelector("[data-chart-canvas]");
  if (!source || !place) return;
  const data = JSON.parse(source.textContent);
  const output = figure.querySelector("[data-chart-at]");
  place.hidden = false;
  const order = data.series.map((each, index) => ({ each, values: columns(data)[index] }));
  if (data.stacked) order.reverse(); // the tallest first, so that the lower ones stand before it
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !data.stacked } },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
    scales: { x: { range: () => rangeOf(data) }, y: { range: (_chart, _low, high) => [0, Math.max(4, high * 1.06)] } },
    axes: axes(),
    series: [{}, ...order.map(({ each }) => look(each, data.unit))],
    hooks: {
      setCursor: [(chart) => speak(output, data, chart.cursor.left < 0 ? null : chart.cursor.idx)],
      draw: [(chart) => markToday(chart, data.today)],
    },
  };
  const chart = new uPlot(options, [data.x, ...order.map(({ values }) => values)], place);
  const table = figure.querySelector("[data-chart-table]");
  if (table && !figure.dataset.drawn) table.open = false;
  figure.dataset.drawn = "true";
  drawn.push({ figure, chart, place });
}

function drawAll() {
  for (const { chart } of drawn.splice(0)) chart.destroy();
  for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
}

if (window.uPlot) {
  drawAll();
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const found = drawn.find((each) => each.place === target);
      if (found && target.clientWidth > 0) found.chart.setSize({ width: target.clientWidth, height: HEIGHT });
    }
  });
  for (const { place } of drawn) sizes.observe(place);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", drawAll);
  for (const button of document.querySelectorAll("[data-no-script]")) button.hidden = true;
}
