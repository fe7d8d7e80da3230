// Draws each chart from the table behind it, which stays the one place of its figures.

const { uPlot } = window;
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

const tone = (name) => getComputedStyle(document.querySelector(`.key.${name}`), "::before").color;

/** The rows of a table as uPlot has them: seconds, then a series for each column of figures. */
function series(table) {
  const rows = [...table.tBodies[0].rows];
  const seconds = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
  const columns = [...table.tHead.rows[0].cells].slice(1).map((_, place) =>
    rows.map((row) => {
      const { value } = row.cells[place + 1].dataset;
      return value === undefined ? null : Number(value);
    }),
  );
  return [seconds, ...columns];
}

function looks(plot) {
  return plot.dataset.looks.split(", ").map((look) => {
    const [name, kind] = look.split(" ");
    const stroke = tone(name);
    return kind === "bars"
      ? { stroke, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.6, 40] }) }
      : { stroke, width: 2, points: { size: 5, fill: stroke }, spanGaps: false };
  });
}

function axes(plot) {
  const style = getComputedStyle(plot);
  const font = `${style.fontSize} ${style.fontFamily}`;
  const stroke = style.color;
  const grid = { stroke: style.borderTopColor, width: 1 };
  const steps = [1, 2, 5].flatMap((step) => [...Array(7)].map((_, power) => step * 10 ** power));
  const whole = (_, ticks) => ticks.map((tick) => tick.toLocaleString("en-GB"));
  return [
    { font, stroke, grid: { show: false }, ticks: grid },
    { font, stroke, grid, ticks: { show: false }, size: 56, incrs: steps.sort((one, other) => one - other), values: whole },
  ];
}

function readout(plot, table) {
  const line = plot.parentElement.querySelector(".readout");
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return ({ cursor: { idx } }) => {
    const cells = idx == null ? [] : [...table.tBodies[0].rows[idx].cells];
    line.textContent = cells.map((cell, place) => `${heads[place]} ${cell.textContent}`).join(" · ");
  };
}

function draw(plot) {
  const table = document.getElementById(plot.dataset.table);
  drawn.get(plot.id)?.destroy();
  const data = series(table);
  const step = data[0][1] - data[0][0];
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: plot.clientHeight,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      fmtDate: () => (date) => date.toLocaleDateString("en-GB", { day: "numeric", month: "short" }),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      // Room for half a bar at either end.
      scales: {
        x: { range: (_, low, high) => [low - step / 2, high + step / 2] },
        y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] },
      },
      axes: axes(plot),
      series: [{}, ...looks(plot)],
      hooks: { setCursor: [readout(plot, table)] },
    },
    data,
    plot,
  );
  drawn.set(plot.id, chart);
  plot.dataset.drawn = "";
}

const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = drawn.get(target.id);
    if (chart && chart.width !== target.clientWidth) {
      chart.setSize({ width: target.clientWidth, height: target.clientHeight });
    }
  }
});

function drawAll() {
  widths.disconnect();
  for (const plot of document.querySelectorAll(".plot")) {
    draw(plot);
    widths.observe(plot);
  }
}

dark.addEventListener("change", drawAll);
document.addEventListener("htmx:afterSwap", drawAll);
drawAll();
