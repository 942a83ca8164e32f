(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const w = data.words;
  const byId = (id) => document.getElementById(id);
  const FONT = '"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif';
  const verdicts = new Map(data.verdicts.map((v) => [v.verdict, v]));
  for (const n of data.nodes) {
    if (n.room) n.scaling = { label: { enabled: false, drawThreshold: 9 } };
    if (n.color && n.color.background && !n.color.highlight) {
      const chosen = { background: n.color.background, border: "#1f2933" };
      n.color = Object.assign({ highlight: chosen, hover: chosen }, n.color);
    }
  }
  const nodes = new vis.DataSet(data.nodes);
  const edges = new vis.DataSet(data.edges);
  const nodeOf = new Map(data.nodes.map((n) => [n.id, n]));
  const edgesAt = new Map();
  for (const e of data.edges) {
    for (const end of [e.from, e.to]) {
      if (!edgesAt.has(end)) edgesAt.set(end, []);
      edgesAt.get(end).push(e);
    }
  }
  const state = { verdicts: new Set(), mechanisms: new Set(), hubs: false, lapsed: data.show_lapsed, gaps: false, recommended: true, chosen: null };

  function make(tag, className, text) {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text !== undefined && text !== null) el.textContent = text;
    return el;
  }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  }
  function sign(verdict) {
    const v = verdicts.get(verdict);
    const el = make("span", "sign", v ? v.sign : "");
    if (v) { el.style.background = v.fill; el.style.color = v.ink; }
    el.setAttribute("aria-hidden", "true");
    return el;
  }
  function badge(verdict) {
    const el = make("span", "badge");
    el.append(sign(verdict), make("span", "", verdicts.has(verdict) ? verdicts.get(verdict).name : verdict));
    return el;
  }
  function titleOf(id) {
    const n = nodeOf.get(id);
    return (n && (n.name || n.label)) || data.names[id] || id;
  }

  // ------------------------------------------------------------------ drawing
  const container = byId("canvas");
  const network = new vis.Network(container, { nodes, edges }, data.options);
  const bounds = (() => {
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    const add = (ax, ay, bx, by) => {
      x0 = Math.min(x0, ax); y0 = Math.min(y0, ay); x1 = Math.max(x1, bx); y1 = Math.max(y1, by);
    };
    for (const b of data.boxes) add(b.x, b.y, b.x + b.width, b.y + b.height);
    for (const n of data.nodes) if (typeof n.x === "number") add(n.x - 40, n.y - 40, n.x + 40, n.y + 40);
    return x0 < x1 ? { x0, y0, x1, y1 } : null;
  })();
  function fit() {
    if (!bounds) return;
    const scale = Math.min(
      1.15,
      (container.clientWidth - 24) / (bounds.x1 - bounds.x0),
      (container.clientHeight - 66) / (bounds.y1 - bounds.y0) // the buttons stand below
    );
    const used = Math.max(scale, 0.01);
    network.moveTo({ position: { x: (bounds.x0 + bounds.x1) / 2, y: (bounds.y0 + bounds.y1) / 2 + 21 / used }, scale: used });
  }
  function zoom(factor) {
    network.moveTo({ scale: Math.min(6, Math.max(0.02, network.getScale() * factor)) });
  }

  const BOX_FILL = ["#ffffff", "#f1f4f7", "#e6ebf0", "#dbe2e9"];
  const BOX_LINE = ["#d4dbe3", "#c3ccd6", "#b2bdc9", "#a1aebc"];
  function clipped(ctx, text, width) {
    if (ctx.measureText(text).width <= width) return text;
    let short = text;
    while (short.length > 1 && ctx.measureText(short + "…").width > width) short = short.slice(0, -1);
    return short.length > 1 ? short + "…" : "";
  }
  network.on("beforeDrawing", (ctx) => {
    const scale = network.getScale();
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    for (const b of data.boxes) {
      ctx.beginPath();
      ctx.roundRect(b.x, b.y, b.width, b.height, 10);
      ctx.fillStyle = BOX_FILL[Math.min(b.depth, 3)];
      ctx.fill();
      ctx.lineWidth = Math.max(1, 0.8 / scale);
      ctx.strokeStyle = BOX_LINE[Math.min(b.depth, 3)];
      ctx.stroke();
    }
  });
  function drawTitles(ctx, scale) {
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    for (const b of data.boxes) {
      const strip = b.title;
      const size = Math.min(strip * 0.62, Math.max(19 + 4 * b.depth, (13 + b.depth) / scale));
      if (b.depth === 0 && size * scale < 10.5) {
        if (b.width * scale < 44) continue;
        // far away: the name across the box, on a veil
        const far = Math.min(12.5 / scale, b.width / 4.2);
        ctx.font = "600 " + far + "px " + FONT;
        const text = clipped(ctx, b.name, b.width * 0.94);
        if (!text) continue;
        ctx.lineWidth = 3.5 / scale;
        ctx.lineJoin = "round";
        ctx.strokeStyle = "rgba(255,255,255,.92)";
        ctx.fillStyle = "#333e4a";
        ctx.textAlign = "center";
        const y = b.y + Math.max(strip * 0.5, far * 0.62);
        ctx.strokeText(text, b.x + b.width / 2, y);
        ctx.fillText(text, b.x + b.width / 2, y);
        ctx.textAlign = "left";
        continue;
      }
      ctx.font = "600 " + size + "px " + FONT;
      ctx.fillStyle = b.depth ? "#33404d" : "#52606d";
      const text = clipped(ctx, b.name, b.width - 24);
      if (text) ctx.fillText(text, b.x + 12, b.y + strip / 2);
    }
  }
  function drawRing(ctx, n, radius) {
    let total = 0;
    for (const v of data.verdicts) total += n.below[v.verdict] || 0;
    let angle = -Math.PI / 2;
    for (const v of data.verdicts) {
      const part = n.below[v.verdict] || 0;
      if (!part) continue;
      const next = angle + (part / total) * 2 * Math.PI;
      ctx.beginPath();
      ctx.arc(n.x, n.y, radius, angle, next);
      ctx.lineWidth = radius * 0.42;
      ctx.strokeStyle = v.fill;
      ctx.stroke();
      angle = next;
    }
  }
  function drawAreas(ctx, scale) {
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const n of data.nodes) {
      if (n.mark !== "area" || typeof n.x !== "number" || hidden.has(n.id)) continue;
      const faded = dimmed && !dimmed.has(n.id);
      ctx.globalAlpha = faded ? 0.25 : 1;
      if (n.below) {
        drawRing(ctx, n, n.size * 0.79);
        const size = n.size * 0.62;
        if (size * scale > 6) {
          ctx.fillStyle = "#26323d";
          ctx.font = "700 " + size + "px " + FONT;
          ctx.fillText(String(n.weak), n.x, n.y + size * 0.06);
        }
      } else {
        const v = verdicts.get(n.verdict);
        if (!v) { ctx.globalAlpha = 1; continue; }
        // a grid's disc never gets smaller than 6 pixels on the screen
        const radius = Math.max(n.size || 20, 6 / scale);
        if (radius > (n.size || 20)) {
          ctx.beginPath();
          ctx.arc(n.x, n.y, radius, 0, 2 * Math.PI);
          ctx.fillStyle = v.fill;
          ctx.fill();
          ctx.lineWidth = 1 / scale;
          ctx.strokeStyle = "#ffffff";
          ctx.stroke();
        }
        const size = radius * 1.05;
        if (size * scale > 6.5) {
          ctx.fillStyle = v.ink;
          ctx.font = "700 " + size + "px " + FONT;
          ctx.fillText(v.sign, n.x, n.y + size * 0.05);
        }
        // too far for the usual label: a smaller one, where it has room
        const lines = String(n.label || "").split("\n");
        if (n.room && 14 * scale < 8 && scale * 45 > 12 && lines.length === 1) {
          let text = 10.5 / scale;
          ctx.font = text + "px " + FONT;
          if (ctx.measureText(lines[0]).width > n.room * 0.94) {
            text = 9 / scale;
            ctx.font = text + "px " + FONT;
          }
          if (ctx.measureText(lines[0]).width <= n.room * 0.94) {
            ctx.lineWidth = 3 / scale;
            ctx.lineJoin = "round";
            ctx.strokeStyle = "rgba(255,255,255,.9)";
            ctx.fillStyle = "#3a4652";
            ctx.strokeText(lines[0], n.x, n.y + radius + text * 0.75);
            ctx.fillText(lines[0], n.x, n.y + radius + text * 0.75);
          }
        }
      }
      ctx.globalAlpha = 1;
    }
  }
  let first = true;
  network.on("afterDrawing", (ctx) => {
    const scale = network.getScale();
    drawAreas(ctx, scale);
    drawTitles(ctx, scale);
    if (first) {
      first = false;
      document.documentElement.dataset.drawn = String(Math.round(performance.now()));
    }
  });

  // ------------------------------------------------------------------ what is shown
  const hidden = new Set();
  const hiddenEdges = new Set();
  let dimmed = null;
  const isHub = (n) => n.mark === "hub" || n.mark === "centre";
  function passes(e) {
    if (e.state === "gap") return state.gaps;
    if (e.state === "recommended") return state.recommended;
    if (e.hub && !state.hubs) return false;
    if (e.state === "lapsed" && !state.lapsed) return false;
    if (!e.mechanisms || !e.mechanisms.length) return true;
    return e.mechanisms.some((m) => !state.mechanisms.has(m));
  }
  function refresh() {
    const seen = new Set();
    for (const n of data.nodes) {
      if (!n.mark) seen.add(n.id);
      else if (n.mark === "area") { if (n.below || !state.verdicts.has(n.verdict)) seen.add(n.id); }
      else if (isHub(n) && state.hubs) seen.add(n.id);
    }
    const open = data.edges.filter(passes);
    let front = new Set(seen);
    while (front.size) {
      const next = new Set();
      for (const e of open) {
        for (const [a, b] of [[e.from, e.to], [e.to, e.from]]) {
          const n = nodeOf.get(b);
          if (front.has(a) && n && !seen.has(b) && n.mark !== "area" && !isHub(n)) next.add(b);
        }
      }
      for (const id of next) seen.add(id);
      front = next;
    }
    const keep = new Set(open.filter((e) => seen.has(e.from) && seen.has(e.to)).map((e) => e.id));
    dimmed = null;
    if (state.chosen && seen.has(state.chosen)) {
      dimmed = new Set([state.chosen]);
      for (const e of edgesAt.get(state.chosen) || []) {
        if (keep.has(e.id)) { dimmed.add(e.from); dimmed.add(e.to); }
      }
    }
    const nodeChanges = [];
    for (const n of data.nodes) {
      const hide = !seen.has(n.id);
      const opacity = dimmed && !dimmed.has(n.id) ? 0.22 : 1;
      if (hide === hidden.has(n.id) && opacity === (n.shown ?? 1)) continue;
      if (hide) hidden.add(n.id); else hidden.delete(n.id);
      n.shown = opacity;
      const ink = opacity < 1 ? "rgba(31,41,51,.3)" : (n.ink || "#1f2933");
      nodeChanges.push({ id: n.id, hidden: hide, opacity, font: Object.assign({}, n.font, { color: ink }) });
    }
    const edgeChanges = [];
    for (const e of data.edges) {
      const hide = !keep.has(e.id);
      const touches = state.chosen && (e.from === state.chosen || e.to === state.chosen);
      const tone = dimmed ? (touches ? 2 : 0) : 1;
      if (hide === hiddenEdges.has(e.id) && tone === (e.tone ?? 1)) continue;
      if (hide) hiddenEdges.add(e.id); else hiddenEdges.delete(e.id);
      e.tone = tone;
      const color = typeof e.color === "string" ? e.color : "#9fb0c0";
      edgeChanges.push({ id: e.id, hidden: hide, color: { color: tone === 2 ? "#3f5a75" : color, opacity: tone === 0 ? 0.12 : 1 } });
    }
    if (nodeChanges.length) nodes.update(nodeChanges);
    if (edgeChanges.length) edges.update(edgeChanges);
  }

  // ------------------------------------------------------------------ side panel
  const details = byId("details");
  const list = byId("list");
  function heading(parent, text) { parent.append(make("h2", "", text)); }
  function link(id, text) {
    const b = make("button", "", text === undefined ? titleOf(id) : text);
    b.type = "button";
    b.addEventListener("click", () => choose(id, true));
    return b;
  }
  function rows(parent, items, draw, limit) {
    const ul = make("ul", "rows");
    for (const item of items.slice(0, limit)) {
      const li = make("li");
      draw(li, item);
      ul.append(li);
    }
    parent.append(ul);
    return items.length - Math.min(items.length, limit);
  }
  function drawTie(li, index, from) {
    const t = data.ties[index];
    li.className = "tie";
    const other = t.a === from ? t.b : t.a;
    const top = make("div", "top");
    top.append(nodeOf.has(other) ? link(other) : make("span", "", titleOf(other)));
    top.append(make("span", "state " + t.state, w[t.state === "lapsed" ? "lapsed_tie" : "alive"]));
    const facts = [data.mechanisms[t.m] || t.m];
    if (t.from) facts.push(w.signed + " " + t.from);
    if (t.to) facts.push(w.until + " " + t.to);
    if (t.sign && t.sign !== t.from) facts.push(w.last_sign + " " + t.sign);
    if (!t.from && !t.to && !t.sign && !t.derived) facts.push(w.undated);
    const info = make("div", "info", facts.join(" · "));
    li.append(top, info);
    if (t.derived) li.append(make("div", "info", w.members_tie));
    for (const [source, row] of t.src || []) {
      li.append(make("div", "info", data.sources[source] + "，" + fill(w.row, { n: row })));
    }
  }
  function tiesOf(id) {
    const found = [];
    for (const e of edgesAt.get(id) || []) if (e.ties) found.push(...e.ties);
    return [...new Set(found)].sort((a, b) => a - b);
  }
  function drawTies(parent, id) {
    const found = tiesOf(id);
    const block = make("div", "block");
    heading(block, w.ties + "（" + found.length + "）");
    if (!found.length) block.append(make("p", "note", w.no_ties));
    const rest = rows(block, found, (li, i) => drawTie(li, i, id), 60);
    if (rest > 0) block.append(make("p", "note", fill(w.ties_more, { n: rest })));
    parent.append(block);
  }
  function drawArea(id) {
    const a = data.areas[id];
    details.append(make("h3", "", a.name), make("p", "where", a.where));
    if (a.verdict) {
      const v = verdicts.get(a.verdict);
      const line = make("div");
      line.append(badge(a.verdict));
      details.append(line, make("p", "note", v ? v.means : ""));
    }
    if (a.reasons && a.reasons.length) {
      const block = make("div", "block");
      heading(block, w.reasons);
      const ul = make("ul", "reasons");
      for (const text of a.reasons) ul.append(make("li", "", text));
      block.append(ul);
      details.append(block);
    }
    if (a.cut_actors && a.cut_actors.length) {
      const block = make("div", "block tie");
      heading(block, w.cut_actors);
      for (const actor of a.cut_actors) {
        const line = make("div", "top");
        line.append(nodeOf.has(actor) ? link(actor) : make("span", "", titleOf(actor)));
        block.append(line);
      }
      details.append(block);
    }
    if (a.measures) {
      const block = make("div", "block");
      heading(block, w.measures);
      const dl = make("dl", "measures");
      for (const [name, value] of a.measures) dl.append(make("dt", "", name), make("dd", "", value));
      block.append(dl);
      details.append(block);
    }
    if (a.needs && a.needs.length) {
      const block = make("div", "block");
      heading(block, w.needs);
      rows(block, a.needs, (li, need) => {
        li.className = "tie";
        const top = make("div", "top");
        top.append(make("span", "", need.name), make("span", "state", need.status));
        li.append(top);
        if (need.explain) li.append(make("div", "info", need.explain));
      }, 30);
      details.append(block);
    }
    if (a.below) drawBelow(id, a);
    else drawTies(details, id);
  }
  function drawBelow(id, a) {
    const block = make("div", "block");
    heading(block, w.counts);
    const dl = make("dl", "measures");
    for (const v of data.verdicts) {
      const n = a.below[v.verdict];
      if (!n) continue;
      const dt = make("dt");
      dt.append(badge(v.verdict));
      dl.append(dt, make("dd", "", String(n)));
    }
    block.append(dl);
    if (a.link) {
      const go = make("a", "", w.open_map);
      go.href = a.link;
      go.target = "_top";
      const p = make("p");
      p.append(go);
      block.append(p);
    }
    details.append(block);
    if (a.weak && a.weak.length) {
      const weak = make("div", "block");
      heading(weak, w.weak_below);
      const ul = rows(weak, a.weak, (li, one) => {
        li.className = "tie";
        const top = make("div", "top");
        top.append(make("span", "", one.name), badge(one.verdict));
        li.append(top);
      }, 40);
      if (ul > 0) weak.append(make("p", "note", fill(w.more, { n: ul })));
      details.append(weak);
    }
  }
  function drawActor(id) {
    const n = nodeOf.get(id);
    const a = data.actors[id];
    details.append(make("h3", "", n.name || n.label));
    if (n.mark === "outside") {
      details.append(make("p", "note", w.outside_note));
      return;
    }
    if (!a) {
      if (n.title) details.append(make("p", "note", n.title));
      return drawTies(details, id);
    }
    details.append(make("p", "where", [a.kind, a.where].filter(Boolean).join(" · ")));
    if (a.holds && a.holds.length) {
      const block = make("div", "block tie");
      heading(block, w.key_actor);
      block.append(make("p", "note", w.key_actor_of));
      for (const area of a.holds.slice(0, 40)) {
        const line = make("div", "top");
        line.append(nodeOf.has(area) ? link(area) : make("span", "", titleOf(area)));
        block.append(line);
      }
      details.append(block);
    }
    drawTies(details, id);
  }
  function drawEdge(e) {
    details.append(make("h3", "", titleOf(e.from) + " — " + titleOf(e.to)));
    if (e.state === "recommended") { details.append(make("p", "note", e.title)); return; }
    if (e.state === "gap") { details.append(make("p", "note", e.title || w.gap_tie)); return; }
    if (e.shared) { details.append(make("p", "note", w.shared + "：" + e.shared)); return; }
    rows(details, e.ties || [], (li, i) => drawTie(li, i, e.from), 60);
  }
  function open() {
    details.replaceChildren();
    details.hidden = false;
    list.hidden = true;
    const back = make("button", "back", "← " + w.back);
    back.type = "button";
    back.addEventListener("click", () => choose(null));
    details.append(back);
    document.querySelector("aside").scrollTop = 0;
  }
  function choose(id, go) {
    state.chosen = id;
    if (!id) {
      details.hidden = true;
      list.hidden = false;
      network.unselectAll();
      refresh();
      return;
    }
    const n = nodeOf.get(id);
    if (isHub(n) && !state.hubs) byId("show-hubs").click();
    if (n.mark === "area") { const v = state.verdicts; if (v.delete(n.verdict)) drawFilters(); }
    open();
    if (data.areas[id]) drawArea(id); else drawActor(id);
    refresh();
    network.selectNodes([id], false);
    if (go) {
      const at = network.getPosition(id);
      const scale = Math.max(network.getScale(), 0.9);
      network.moveTo({ position: at, scale, animation: { duration: 350, easingFunction: "easeInOutQuad" } });
    }
  }
  network.on("click", (event) => {
    if (event.nodes.length) choose(event.nodes[0], false);
    else if (event.edges.length) {
      const e = data.edges.find((one) => one.id === event.edges[0]);
      state.chosen = null;
      open();
      drawEdge(e);
      refresh();
    } else choose(null);
  });

  function drawList() {
    heading(list, data.overview ? w.ranked_overview : w.ranked);
    if (!data.ranked.length) {
      const judged = data.verdicts.some((v) => v.count && v.standing !== "unknown");
      list.append(make("p", "note", judged ? w.ranked_none : w.ranked_untold));
      return;
    }
    const ul = make("ul", "rows ranked");
    for (const id of data.ranked.slice(0, 200)) {
      const a = data.areas[id];
      const li = make("li");
      const b = link(id, "");
      b.append(a.below ? make("span", "what", fill("{n}", { n: a.weakCount })) : sign(a.verdict));
      b.append(make("span", "name", a.label || a.name), make("span", "what", a.below ? a.parent : verdicts.get(a.verdict).name));
      b.title = a.where;
      li.append(b);
      ul.append(li);
    }
    list.append(ul);
    if (data.ranked.length > 200) list.append(make("p", "note", fill(w.more, { n: data.ranked.length - 200 })));
  }

  // ------------------------------------------------------------------ legend and filters
  const SHAPES = {
    dot: "M10 3a7 7 0 1 0 .01 0z", square: "M4 4h12v12H4z", triangle: "M10 3l7.5 13h-15z",
    triangleDown: "M10 17L2.500 4h15z", diamond: "M10 2l8 8-8 8-8-8z",
    star: "M10 1.500l2.600 5.700 6.200.700-4.600 4.200 1.300 6.100L10 15.100l-5.500 3.100 1.300-6.100L1.200 7.900l6.200-.700z",
    ring: "M4 4h12v12H4z",
    hexagon: "M5.500 2.500h9L19 10l-4.500 7.500h-9L1 10z"
  };
  function glyph(shape, color) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", SHAPES[shape] || SHAPES.dot);
    path.setAttribute("fill", shape === "ring" ? "none" : color);
    if (shape === "ring") { path.setAttribute("stroke", color); path.setAttribute("stroke-width", "3"); }
    svg.append(path);
    return svg;
  }
  function check(parent, id, on, content, count, change) {
    const label = make("label", "check" + (on ? "" : " off"));
    const input = make("input");
    input.type = "checkbox";
    input.checked = on;
    if (id) input.id = id;
    input.addEventListener("change", () => {
      label.classList.toggle("off", !input.checked);
      change(input.checked);
      refresh();
    });
    label.append(input, content);
    if (count !== null) label.append(make("span", "n", String(count)));
    parent.append(label);
  }
  function toggle(set, key, on) { if (on) set.delete(key); else set.add(key); }
  function drawFilters() {
    const parent = byId("filters");
    parent.replaceChildren();
    if (data.overview) parent.append(make("p", "note", w.overview_note));
    heading(parent, data.overview ? w.counts : w.verdicts);
    for (const v of data.verdicts) {
      if (data.overview) {
        const line = make("div", "check");
        line.append(badge(v.verdict), make("span", "n", String(v.count)));
        parent.append(line);
      } else if (v.count) {
        check(parent, null, !state.verdicts.has(v.verdict), badge(v.verdict), v.count, (on) => toggle(state.verdicts, v.verdict, on));
      }
    }
    if (data.notes.length) for (const note of data.notes) parent.append(make("p", "note", note));
    if (data.overview) return;
    if (data.mechanism_counts.length) {
      const block = make("div", "block");
      heading(block, w.mechanisms);
      for (const [m, n] of data.mechanism_counts) {
        check(block, null, !state.mechanisms.has(m), make("span", "", data.mechanisms[m] || m), n, (on) => toggle(state.mechanisms, m, on));
      }
      parent.append(block);
    }
    const more = make("div", "block");
    heading(more, w.show);
    if (data.has.hubs) {
      check(more, "show-hubs", state.hubs, make("span", "", w.hubs), null, (on) => { state.hubs = on; });
      more.append(make("p", "note", w.hubs_note));
    }
    if (data.has.lapsed) check(more, "show-lapsed", state.lapsed, make("span", "", w.lapsed), null, (on) => { state.lapsed = on; });
    if (data.has.gaps) check(more, "show-gaps", state.gaps, make("span", "", w.gaps), null, (on) => { state.gaps = on; });
    if (data.has.recommended) check(more, "show-recommended", state.recommended, make("span", "", w.recommended), null, (on) => { state.recommended = on; });
    if (more.childElementCount > 1) parent.append(more);
    const marks = make("div", "block");
    heading(marks, w.marks);
    const grid = make("div", "legend");
    for (const m of data.marks) grid.append(glyph(m.shape, m.color), make("span", "", m.count === null ? m.name : m.name + "（" + m.count + "）"));
    marks.append(grid);
    parent.append(marks);
  }

  // ------------------------------------------------------------------ search
  const box = byId("q");
  const found = byId("found");
  let hits = [];
  let at = 0;
  const index = data.nodes
    .filter((n) => n.mark && n.mark !== "outside")
    .map((n) => ({ id: n.id, text: (n.find || n.name || n.label || "").toLowerCase(), code: String(n.id).toLowerCase(), initials: n.initials || "" }));
  function inOrder(whole, part) {
    let at = 0;
    for (const c of part) {
      at = whole.indexOf(c, at) + 1;
      if (!at) return false;
    }
    return true;
  }
  function look() {
    const text = box.value.replace(/\s+/g, "").toLowerCase();
    found.replaceChildren();
    found.hidden = !text;
    hits = [];
    if (!text) return;
    const ascii = /^[a-z0-9]+$/.test(text);
    const score = (one) => {
      if (one.text === text) return 0;
      if (one.text.startsWith(text)) return 1;
      if (one.text.includes(text)) return 2;
      if (ascii && one.initials.startsWith(text)) return 3;
      if (ascii && one.initials.includes(text)) return 4;
      if (text.length > 3 && one.code.includes(text)) return 5;
      if (!ascii && text.length > 1 && inOrder(one.text, text)) return 6; // 渡口第4 finds 渡口社区第4网格
      return 9;
    };
    hits = index.map((one) => [score(one), one]).filter((one) => one[0] < 9).sort((a, b) => a[0] - b[0]).slice(0, 20).map((one) => one[1].id);
    at = 0;
    for (const id of hits) {
      const li = make("li");
      const n = nodeOf.get(id);
      const b = make("button", "", (data.areas[id] || {}).label || n.name || n.label);
      b.type = "button";
      b.append(make("small", "", "  " + ((data.areas[id] || data.actors[id] || {}).where || "")));
      b.addEventListener("click", () => take(id));
      li.append(b);
      found.append(li);
    }
    if (!hits.length) found.append(make("li", "none", w.none_found));
    mark();
  }
  function mark() {
    [...found.querySelectorAll("button")].forEach((b, i) => b.classList.toggle("on", i === at));
  }
  function take(id) {
    found.hidden = true;
    box.value = (data.areas[id] || {}).label || titleOf(id);
    choose(id, true);
  }
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && hits.length) { at = (at + 1) % hits.length; mark(); event.preventDefault(); }
    else if (event.key === "ArrowUp" && hits.length) { at = (at + hits.length - 1) % hits.length; mark(); event.preventDefault(); }
    else if (event.key === "Enter" && hits.length) { take(hits[at]); event.preventDefault(); }
    else if (event.key === "Escape") { found.hidden = true; }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".search")) found.hidden = true; });

  byId("fit").addEventListener("click", fit);
  byId("zoom-in").addEventListener("click", () => zoom(1.35));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.35));
  drawList();
  drawFilters();
  refresh();
  fit();
  if (data.chosen && nodeOf.has(data.chosen)) choose(data.chosen, false);
  window.gongjian = { network, nodes, edges, choose, data };
})();
