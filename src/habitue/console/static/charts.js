// Draws charts beside their tables. What is said comes from the page, in its language.
"use strict";
(() => {
  const NARROW = 520;
  const root = document.documentElement;
  const drawn = new Map();

  function ink() {
    const style = getComputedStyle(root);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      text: of("--ink"), quiet: of("--quiet"), line: of("--line"), panel: of("--panel"),
      font: getComputedStyle(document.body).fontFamily,
      hues: [1, 2, 3, 4, 5, 6].map((at) => of("--chart-" + at)),
    };
  }

  // The same name has the same hue all over a chart.
  function hue(told, pen) { return pen.hues[told.hue % pen.hues.length]; }

  function words(pen, size) {
    return { color: pen.text, fontFamily: pen.font, fontSize: size || 13, textBorderWidth: 0 };
  }

  function tooltip(pen) {
    return {
      // HTML is not allowed here, by the page's policy.
      renderMode: "richText", confine: true, backgroundColor: pen.panel, borderColor: pen.line,
      textStyle: words(pen), formatter: (at) => at.data.told || at.name,
    };
  }

  function sankey(told, pen, narrow, wide) {
    const [edge, node, gap] = narrow ? [70, 8, 6] : [130, 14, 12];
    // A name may be as long as the way to the next column, the last as the margin.
    const last = Math.max(...told.nodes.map((one) => one.depth));
    const between = (wide - 4 - edge - node) / Math.max(1, last) - node - gap;
    const room = (one) => Math.max(20, one.depth === last ? edge - 8 : between);
    return {
      tooltip: tooltip(pen),
      series: [{
        type: "sankey", left: 4, right: edge, top: 8, bottom: 8, nodeGap: narrow ? 8 : 14,
        nodeWidth: node, draggable: false, emphasis: { focus: "adjacency" },
        lineStyle: { color: "source", opacity: 0.35, curveness: 0.5 },
        label: { ...words(pen, narrow ? 11 : 13), formatter: (at) => at.data.called, overflow: "truncate" },
        data: told.nodes.map((one) => ({ ...one, called: one.label, label: { width: room(one) }, itemStyle: { color: hue(one, pen), borderWidth: 0 } })),
        links: told.links,
      }],
    };
  }

  function network(told, pen, narrow) {
    const most = Math.max(1, ...told.nodes.map((one) => one.value));
    const hues = new Map(told.nodes.map((one) => [one.name, hue(one, pen)]));
    const edges = told.links.filter((one) => one.source !== one.target);
    const widest = Math.max(1, ...edges.map((one) => one.value));
    const [low, high] = narrow ? [20, 26] : [34, 46];
    return {
      tooltip: tooltip(pen),
      series: [{
        type: "graph", layout: "circular", circular: { rotateLabel: false }, roam: false,
        left: narrow ? 60 : "24%", right: narrow ? 60 : "24%", top: 60, bottom: 60,
        edgeSymbol: ["none", "arrow"], edgeSymbolSize: narrow ? 6 : 9, emphasis: { focus: "adjacency" },
        label: {
          ...words(pen, narrow ? 11 : 13), show: true, position: "bottom", distance: 2, formatter: (at) => at.data.label,
          backgroundColor: pen.panel, padding: [1, 5], borderRadius: 5,
        },
        data: told.nodes.map((one) => ({
          ...one, symbolSize: low + high * Math.sqrt(one.value / most),
          itemStyle: { color: hue(one, pen), borderColor: pen.panel, borderWidth: 2 },
        })),
        links: edges.map((one) => ({
          ...one, lineStyle: {
            color: hues.get(one.source), opacity: 0.3 + 0.4 * one.value / widest,
            width: 1 + 7 * one.value / widest, curveness: 0.18,
          },
        })),
      }],
    };
  }

  function funnel(told, pen, narrow) {
    const counts = told.steps.map((one) => one.value);
    const [most, least] = [Math.max(1, ...counts), Math.min(...counts)];
    return {
      tooltip: tooltip(pen),
      series: [{
        type: "funnel", left: narrow ? 4 : "12%", right: narrow ? 4 : "12%", top: 6, bottom: 6, sort: "none", gap: 3,
        // As wide as there are people, down to the last.
        min: least, max: most, minSize: `${100 * least / most}%`,
        label: { ...words(pen), position: "inside", color: pen.panel, fontWeight: 600, formatter: (at) => at.data.label },
        labelLine: { show: false },
        data: told.steps.map((one) => ({ ...one, itemStyle: { color: hue(one, pen), borderWidth: 0 } })),
      }],
    };
  }

  function months(told, pen, narrow) {
    const axis = { axisLine: { lineStyle: { color: pen.line } }, axisTick: { show: false }, axisLabel: { ...words(pen, narrow ? 11 : 12), color: pen.quiet } };
    return {
      tooltip: tooltip(pen),
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: words(pen, narrow ? 11 : 13), data: told.series.map((one) => one.name) },
      grid: { left: 8, right: 8, top: narrow ? 64 : 44, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: told.months, ...axis },
      yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: pen.line } }, ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => String(value).replace(/\B(?=(\d{3})+$)/g, told.between) } },
      series: told.series.map((one) => ({
        name: one.name, type: "bar", stack: "all", barMaxWidth: 46,
        itemStyle: { color: hue(one, pen) }, data: one.values,
      })),
    };
  }

  function lines(told, pen, narrow) {
    const quiet = { ...words(pen, narrow ? 10 : 12), color: pen.quiet };
    const axis = { axisLine: { show: true, lineStyle: { color: pen.line } }, axisTick: { show: false }, axisLabel: quiet, nameTextStyle: quiet };
    const [high, last] = [told.low + told.step * (told.sums.length - 1), told.days.length - 1];
    const shade = { itemStyle: { color: pen.hues[2], opacity: 0.14 }, label: { ...quiet, position: "insideTop" } };
    return {
      tooltip: { ...tooltip(pen), trigger: "axis", formatter: (all) => all[0].data.told },
      legend: { top: 0, left: 0, itemHeight: 12, textStyle: words(pen, narrow ? 11 : 13), data: told.series.map((one) => one.name) },
      grid: { left: 8, right: narrow ? 30 : 44, top: 60, bottom: 26, containLabel: true },
      xAxis: { type: "category", data: told.days, boundaryGap: false, name: told.day, nameLocation: "middle", nameGap: 28, ...axis, axisLabel: { ...quiet, hideOverlap: true } },
      yAxis: {
        type: "value", min: told.low, max: high, interval: told.step, name: told.sold, splitLine: { lineStyle: { color: pen.line } }, ...axis,
        nameTextStyle: { ...quiet, align: "left", padding: [0, 0, 0, narrow ? -50 : -70] },
        axisLabel: { ...quiet, formatter: (value) => told.sums[Math.round((value - told.low) / told.step)] },
      },
      series: told.series.map((one, at) => ({
        name: one.name, type: "line", symbol: last ? "none" : "circle", data: one.values,
        lineStyle: { color: one.dashed ? pen.quiet : pen.hues[0], width: one.dashed ? 1.5 : 2.5, type: one.dashed ? "dashed" : "solid" },
        itemStyle: { color: one.dashed ? pen.quiet : pen.hues[0] },
        markArea: at ? undefined : { silent: true, ...shade, data: [[{ name: told.action.name, xAxis: told.action.from }, { xAxis: last }]] },
      })),
    };
  }

  // From hardly anything to the most there is.
  function shades(pen, most) {
    return { show: false, min: 0, max: most, inRange: { color: [pen.hues[1]], opacity: [0.12, 1] } };
  }

  function calendar(told, pen, narrow) {
    const quiet = { ...words(pen, narrow ? 9 : 12), color: pen.quiet };
    return {
      tooltip: tooltip(pen), visualMap: shades(pen, told.most),
      calendar: {
        range: [told.from, told.to], left: narrow ? 8 : 44, right: 8, top: 26, bottom: 8, cellSize: ["auto", "auto"],
        itemStyle: { color: "transparent", borderColor: pen.line }, splitLine: { lineStyle: { color: pen.quiet, width: 1 } },
        yearLabel: { show: false }, dayLabel: { show: !narrow, firstDay: 1, nameMap: told.weekdays, ...quiet }, monthLabel: { ...quiet, formatter: narrow ? "{MM}" : (at) => told.months[`${at.yyyy}-${at.MM}`] },
      },
      series: [{ type: "heatmap", coordinateSystem: "calendar", data: told.days }],
    };
  }

  function cohorts(told, pen, narrow) {
    const axis = { type: "category", splitArea: { show: false }, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...words(pen, narrow ? 10 : 12), color: pen.quiet } };
    const most = Math.max(0.01, ...told.cells.map((one) => one.value[2]));
    return {
      tooltip: tooltip(pen), visualMap: shades(pen, most),
      grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      xAxis: { ...axis, data: told.after, position: "top" },
      yAxis: { ...axis, data: told.months, inverse: true },
      series: [{ type: "heatmap", data: told.cells, itemStyle: { borderColor: pen.panel, borderWidth: 2 } }],
    };
  }

  const KINDS = { sankey, network, funnel, months, lines, calendar, cohorts };

  function draw(place) {
    const told = JSON.parse(place.dataset.chart);
    place.hidden = false;
    const narrow = place.clientWidth < NARROW;
    let chart = drawn.get(place);
    if (!chart) {
      chart = window.echarts.init(place, null, { renderer: "svg" });
      drawn.set(place, chart);
    }
    const pen = ink();
    chart.setOption({ animation: false, textStyle: { fontFamily: pen.font }, ...KINDS[told.kind](told, pen, narrow, place.clientWidth) }, true);
  }

  function again() { for (const [place, chart] of drawn) { chart.resize(); draw(place); } }

  function drawNew() {
    for (const place of document.querySelectorAll("[data-chart]")) if (!drawn.has(place)) draw(place);
  }

  drawNew();
  // Figures come onto a page that is there already.
  document.addEventListener("htmx:after:swap", drawNew);
  let due = 0;
  addEventListener("resize", () => { clearTimeout(due); due = setTimeout(again, 120); });
  new MutationObserver(again).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
