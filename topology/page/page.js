"use strict";
const byId = id => document.getElementById(id);
const boxes = new Map([...document.querySelectorAll(".box")].map(b => [b.dataset.name, b]));
const wires = [...document.querySelectorAll(".wire")], labels = [...document.querySelectorAll(".label")];
const part = (box, name) => box.querySelector(name);

// number is short for reading: 12,345 is 12.3 k.
function number(n) {
  for (const [size, unit] of [[1e9, " G"], [1e6, " M"], [1e4, " k"]])
    if (n >= size) { const v = n / (unit === " k" ? 1e3 : size); return v.toFixed(v < 100 ? 1 : 0) + unit; }
  return n >= 10 || n === Math.round(n) ? Math.round(n).toLocaleString("en") : n.toFixed(1);
}
const clock = t => new Date(t).toLocaleTimeString([], { hour12: false });
const share = ms => Math.round(ms / 10) + " %";
function span(ms) {
  if (ms < 1000) return Math.round(ms) + " ms";
  if (ms < 120e3) return (ms / 1000).toFixed(ms < 10e3 ? 1 : 0) + " s";
  return ms < 72e5 ? Math.round(ms / 6e4) + " min" : ms < 1728e5 ? Math.round(ms / 36e5) + " h" : Math.round(ms / 864e5) + " days";
}

function showComponent(c, status, history) {
  const box = boxes.get(c.component);
  if (!box) return;
  const source = box.classList.contains("source");
  box.classList.toggle("bottleneck", status.bottleneck === c.component);
  part(box, ".rate strong").textContent = number(c.eventsPerSecond) + "/s";
  const eased = status.eased && status.eased[c.component];
  part(box, ".rate small").textContent = eased ? "eased to " + number(eased) + "/s" : !source && c.headroomEventsPerSecond >= 1 ? "+ " + number(c.headroomEventsPerSecond) + "/s free" : "";
  part(box, ".time .busy").style.width = c.busyMsPerSecond / 10 + "%";
  part(box, ".time .blocked").style.width = c.blockedMsPerSecond / 10 + "%";
  part(box, ".times").textContent = "busy " + share(c.busyMsPerSecond) + ", blocked " + share(c.blockedMsPerSecond) + ", idle " + share(c.idleMsPerSecond);
  part(box, ".queue i").style.width = c.queueLevel * 100 + "%";
  part(box, ".queue").classList.toggle("pressed", status.edges.some(e => e.to === c.component && e.pressured));
  part(box, ".waiting").textContent = source ? number(c.eventsReceived) + " given" : number(c.eventsReceived) + " received" + (box.classList.contains("called") ? "" : ", " + number(c.eventsWaiting) + " wait");
  const more = part(box, ".more");
  more.textContent = c.watermark ? "watermark " + clock(c.watermark) + " " : "";
  for (const [count, what] of [[c.late, "late"], [c.dropped, "dropped"], [c.deadLettered, "dead letters"]])
    if (count) more.append(Object.assign(document.createElement("b"), { textContent: number(count) + " " + what + " " }));
  showSeries(box, c.component, history);
}

// showSeries draws the rates of the last two minutes.
function showSeries(box, name, history) {
  const rates = history.map(s => (s.components.find(l => l.component === name) || {}).rate || 0).slice(-120);
  const top = Math.max(...rates, 1e-9);
  part(box, "polyline").setAttribute("points", rates.map((r, i) => i * 60 / Math.max(1, rates.length - 1) + "," + (17 - 16 * r / top)).join(" "));
}

function showEdge(e, i, rates) {
  if (!wires[i]) return;
  const flows = rates.get(e.from) > 0;
  wires[i].classList.toggle("flows", flows && !e.pressured);
  wires[i].classList.toggle("pressed", !!e.pressured);
  labels[i].classList.toggle("pressed", !!e.pressured);
  part(labels[i], "i").textContent = e.called ? "called" : Math.round(e.queueLevel * 100) + " %";
}

// words says what a notice is about.
function words(n) {
  switch (n.kind) {
    case "started": return ["the job started", ""];
    case "ended": return [n.error ? "the job failed: " + n.error : "the job has ended", n.error ? "bad" : ""];
    case "restarted": return ["the job failed and begins again in " + span((n.delayNanos || 0) / 1e6) + ": " + n.error, "bad"];
    case "bottleneck": return [n.bottleneck ? "the bottleneck is " + n.bottleneck : "there is no bottleneck any more", ""];
    case "alarm": return ["back-pressure comes and goes from " + n.alarm.from + " to " + n.alarm.to + ", " + n.alarm.times + " times in " + span(n.alarm.withinNanos / 1e6) + ": " + n.alarm.advice, "bad"];
  }
  return [n.kind, ""];
}

function showNotices(notices) {
  byId("notices").replaceChildren(...notices.slice(-12).reverse().map(n => {
    const li = document.createElement("li"), [text, kind] = words(n);
    li.append(Object.assign(document.createElement("time"), { textContent: clock(n.at) }), Object.assign(document.createElement("span"), { textContent: text, className: kind }));
    return li;
  }));
}

function show({ status, notices, history }) {
  showNotices(notices);
  const state = byId("state"), last = notices[notices.length - 1];
  state.textContent = !last || last.kind === "ended" ? "ended" : last.kind === "restarted" ? "begins again" : status.bottleneck ? "under pressure" : "runs";
  state.className = "state " + (last && last.kind === "restarted" ? "alarm" : status.bottleneck ? "alarm" : "runs");
  if (!status.components) return;
  status.edges = status.edges || [];
  const rates = new Map(status.components.map(c => [c.component, c.eventsPerSecond]));
  status.edges.forEach((e, i) => showEdge(e, i, rates));
  for (const [name, box] of boxes) box.classList.toggle("called", !status.edges.some(e => e.to === name && !e.called));
  status.components.forEach(c => showComponent(c, status, history || []));
  byId("rate").textContent = number(status.components.filter(c => boxes.get(c.component)?.classList.contains("source")).reduce((n, c) => n + c.eventsPerSecond, 0)) + "/s";
  byId("bottleneck").textContent = status.bottleneck || "none";
  const k = status.checkpoint;
  byId("checkpoint").textContent = k ? "#" + k.epoch + ", " + span(Math.max(0, new Date(status.at) - new Date(k.at))) + " ago, took " + span(k.tookNanos / 1e6) : "none";
  byId("restarts").textContent = (status.restarts || 0) + (status.instanceRestarts ? ` + ${status.instanceRestarts} of instances` : "");
  byId("at").textContent = clock(status.at);
}

async function look() {
  try {
    show(await (await fetch("live.json")).json());
    document.body.classList.remove("gone");
  } catch {
    document.body.classList.add("gone");
    byId("state").textContent = "ended, or out of reach";
    byId("state").className = "state";
  }
  setTimeout(look, 1000);
}
look();
