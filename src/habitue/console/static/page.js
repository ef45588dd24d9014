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
    if (event.person_id === null) return make("span", "person nobody", live.dataset.nobody);
    const link = make("a", "person", event.person);
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
    if (event.simulated) from.append(make("span", "tag tag-simulated", live.dataset.simulated));
    if (event.marked) from.append(make("span", "tag tag-wait", event.marked));
    if (event.historical) from.append(make("span", "tag tag-plain", live.dataset.history));
    for (const name of event.identifiers) from.append(make("code", "", name));
    what.append(from);
    item.append(time, what, person(event));
    sift(item);
    return item;
  }

  // Shows a line if it is of the source and has the words that are asked for.
  function sift(item) {
    const source = document.getElementById("filter-source").value;
    const words = document.getElementById("filter-text").value.trim().toLowerCase();
    const told = item.textContent.toLowerCase();
    const of = item.querySelector(".source").textContent;
    item.hidden = (source !== "" && of !== source) || !told.includes(words);
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
      pause.firstChild.data = held ? live.dataset.goOn : live.dataset.pause;
    });
    const newest = list.firstElementChild ? list.firstElementChild.dataset.offset : "0";
    streamed(live.dataset.stream + "?after=" + newest, (events) => {
      if (held) held = [...events, ...held].slice(0, ROWS_MAX);
      else show(events);
    }, (state) => {
      pulse.dataset.state = state;
      pulse.firstChild.data = live.dataset[state];
    });
    const filters = document.getElementById("stream-filters");
    const again = () => { for (const item of list.children) sift(item); };
    filters.addEventListener("input", again);
    filters.addEventListener("submit", (event) => event.preventDefault());
    again();
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
        // Who is writing in a form of the card is not disturbed.
        const shown = document.getElementById("person");
        const at = document.activeElement;
        if (at && at.matches("input, select, textarea") && shown.contains(at)) return;
        window.htmx.trigger(shown, "fresh");
      }, 400);
    }, () => {});
  }

  if (live) startLive();
  else if (document.querySelector("#person[data-stream]")) startPerson();
})();
