// The live stream, the live card, and tables on a telephone. What is said becomes text
// nodes and attributes only.
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

  function identifier(one) {
    const told = make("span", "known-by", one.kind ? one.kind + " " : "");
    told.append(make("code", "", one.value));
    return told;
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
    for (const one of event.identifiers) from.append(identifier(one));
    what.append(from);
    item.append(time, what, person(event));
    return item;
  }

  function streamed(address, onEvents, onState) {
    const stream = new EventSource(address);
    stream.addEventListener("open", () => onState("live"));
    stream.addEventListener("error", () => onState("reconnecting"));
    stream.addEventListener("message", (message) => onEvents(JSON.parse(message.data)));
    return stream;
  }

  function startLive() {
    const pulse = document.getElementById("pulse");
    const pause = document.getElementById("pause");
    const none = document.getElementById("none");
    const filters = document.getElementById("stream-filters");
    let held = null;
    let stream = null;
    let due = 0;
    function show(events) {
      const empty = document.getElementById("empty");
      if (empty) empty.remove();
      none.hidden = true;
      list.prepend(...events.map(row));
      while (list.children.length > ROWS_MAX) list.lastElementChild.remove();
    }
    pause.addEventListener("click", () => {
      if (held) show(held);
      held = held ? null : [];
      pause.firstChild.data = held ? live.dataset.goOn : live.dataset.pause;
    });
    // The server sifts: a line that is not meant never takes the place of one that is.
    function follow(after) {
      if (stream) stream.close();
      const meant = new URLSearchParams(new FormData(filters));
      meant.set("after", after);
      stream = streamed(live.dataset.stream + "?" + meant, (events) => {
        if (held) held = [...events, ...held].slice(0, ROWS_MAX);
        else show(events);
      }, (state) => {
        pulse.dataset.state = state;
        pulse.firstChild.data = live.dataset[state];
      });
    }
    filters.addEventListener("input", () => {
      clearTimeout(due);
      due = setTimeout(() => {
        list.replaceChildren();
        none.hidden = false;
        if (held) held = [];
        follow("0");
      }, 250);
    });
    filters.addEventListener("submit", (event) => event.preventDefault());
    follow(live.dataset.after);
  }

  // A form that somebody has been in stays as it is, with what is written in it.
  function keepStill(field) {
    let still = null;
    for (let at = field; at && at.id !== "person"; at = at.parentElement) {
      if (at.matches("form, details")) still = at;
    }
    if (still && still.closest("#person")) still.dataset.still = "";
  }

  function startPerson() {
    let due = 0;
    const card = () => document.getElementById("person");
    document.addEventListener("focusin", (event) => {
      if (event.target.matches("input, select, textarea")) keepStill(event.target);
    });
    streamed(card().dataset.stream, () => {
      due ||= setTimeout(() => {
        due = 0;
        window.htmx.trigger(card(), "fresh");
      }, 400);
    }, () => {});
  }

  // On a telephone a row stands as a block, so each of its cells says what it is.
  function nameCells() {
    for (const table of document.querySelectorAll("table.stacked")) {
      const names = [...table.tHead.rows[0].cells].map((one) => one.textContent.trim());
      for (const row of table.tBodies[0].rows) {
        for (const cell of [...row.cells].slice(1)) cell.dataset.name = names[cell.cellIndex];
      }
    }
  }

  nameCells();
  document.addEventListener("htmx:after:swap", nameCells);
  if (live) startLive();
  else if (document.querySelector("#person[data-stream]")) startPerson();
})();
