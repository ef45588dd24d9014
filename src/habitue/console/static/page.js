// The live stream and the live card. What an event says becomes text nodes only.
"use strict";
(() => {
  const ROWS_MAX = 200;
  const live = document.getElementById("live");
  const list = document.getElementById("events");

  function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.append(document.createTextNode(text));
    return element;
  }

  function person(event) {
    if (event.person_id === null) return make("span", "person nobody", "nobody's");
    const link = make("a", "person", event.person || "Stranger");
    link.href = "/console/people/" + Number(event.person_id);
    return link;
  }

  function row(event) {
    const item = make("li", event.simulated ? "event is-new is-simulated" : "event is-new");
    const time = make("time");
    if (event.date) time.append(make("span", "date", event.date));
    time.append(event.time);
    time.title = event.at;
    const what = make("div", "what");
    what.append(make("span", "name", event.name));
    if (event.summary) what.append(" ", make("span", "summary", event.summary));
    const from = make("div", "from");
    from.append(make("span", "source", event.source));
    if (event.simulated) from.append(make("span", "tag tag-simulated", "simulated"));
    if (event.historical) from.append(make("span", "tag tag-plain", "history"));
    for (const name of event.identifiers) from.append(make("code", "", name));
    what.append(from);
    item.append(time, what, person(event));
    return item;
  }

  // An XMLHttpRequest document runs no script and needs no HTML from text.
  function refresh(address, id) {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.addEventListener("load", () => {
      const fresh = request.response && request.response.getElementById(id);
      const held = document.getElementById(id);
      if (request.status !== 200 || !fresh || !held) return;
      const open = [...held.querySelectorAll("details")].map((d) => d.open);
      const copy = document.importNode(fresh, true);
      copy.querySelectorAll("details").forEach((d, at) => { d.open = open[at] || false; });
      held.replaceWith(copy);
    });
    request.open("GET", address);
    request.send();
  }

  function streamed(address, onEvents, onState) {
    const stream = new EventSource(address);
    stream.addEventListener("open", () => onState("live"));
    stream.addEventListener("error", () => onState("reconnecting"));
    stream.addEventListener("message", (message) => onEvents(JSON.parse(message.data)));
  }

  function startLive() {
    const pulse = document.getElementById("pulse");
    const pause = document.getElementById("pause");
    let held = null;
    function show(events) {
      const empty = document.getElementById("empty");
      if (empty) empty.remove();
      list.prepend(...events.map(row));
      while (list.children.length > ROWS_MAX) list.lastElementChild.remove();
    }
    pause.addEventListener("click", () => {
      if (held) show(held);
      held = held ? null : [];
      pause.firstChild.data = held ? "Go on" : "Pause";
    });
    const newest = list.firstElementChild ? list.firstElementChild.dataset.offset : "0";
    streamed(live.dataset.stream + "?after=" + newest, (events) => {
      if (held) held = [...events, ...held].slice(0, ROWS_MAX);
      else show(events);
    }, (state) => {
      pulse.dataset.state = state;
      pulse.firstChild.data = state;
    });
    setInterval(() => {
      if (!document.hidden) refresh("/console", "overview");
    }, 5000);
  }

  function startPerson() {
    let due = 0;
    const isHers = (event) => {
      const shown = document.getElementById("person");
      const items = [...shown.querySelectorAll("[data-name]")];
      const names = new Set(items.map((item) => item.dataset.name));
      return String(event.person_id) === shown.dataset.person
        || event.identifiers.some((name) => names.has(name));
    };
    streamed(document.getElementById("person").dataset.stream, (events) => {
      if (due || !events.some(isHers)) return;
      due = setTimeout(() => {
        due = 0;
        refresh(location.href, "person");
      }, 400);
    }, () => {});
  }

  if (live) startLive();
  else if (document.getElementById("person") && !location.search) startPerson();
})();
