// Items wait here until the server has acknowledged them. Sent again they are the same
// items with the same ids, and the server counts each once.
const ITEMS_MAX = 300, BATCH_MAX = 100, WAIT_MS = 1000, WAIT_MAX_MS = 300000;
// The door takes 32 KB an event; browsers let 64 KB outlive a page, so two batches.
const ITEM_BYTES = 30000, BATCH_BYTES = 30000;
const LEFT = 'Page Left';
const mine = QUEUE + random();
const flying = new Set();
let queue = [], timer = 0, failures = 0, until = 0, lost = 0, last = 0;
let era = new AbortController();

// What a page tells within a millisecond keeps its order: a sign-out is after its sign-in.
function moment() {
  const now = Date.now();
  last = now > last || last - now > 1000 ? now : last + 1;
  return new Date(last).toISOString();
}
function item(type, fields) {
  return {
    type, messageId: random(), timestamp: moment(), anonymousId: memory.device, ...fields,
    context: { page: view ? view.page : page(), ...fields.context },
  };
}
function put(one) {
  if (!begun) return;
  if (size(one) > ITEM_BYTES) {
    return warn(`'${one.event || one.type}' is over ${ITEM_BYTES} bytes and was left out; send less.`);
  }
  queue.push(one);
  bound();
  keep();
  if (!timer) later(WAIT_MS);
}
function track(event, properties, more) { put(item('track', { event, properties, ...more })); }
const size = (one) => new Blob([JSON.stringify(one)]).size;

function bound() {
  const over = queue.length - ITEMS_MAX;
  if (over > 0) { queue.splice(0, over); lost += over; }
}
// On leaving, an exit that was just sent is not kept: nobody hears that it arrived.
function keep(leaving) {
  if (!begun) return;
  const sent = (one) => leaving && navigator.onLine && one.event === LEFT && flying.has(one);
  const kept = queue.filter((one) => !sent(one));
  write(mine, kept.length ? kept : null);
}
// Take over what former pages could not send.
function adopt() {
  for (const name of names(QUEUE)) {
    if (name !== mine) queue = [].concat(read(name) || [], queue);
    write(name);
  }
  bound();
  keep();
  if (queue.length) later(0);
}
function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}
function fit(items) {
  let bytes = 0;
  return items.slice(0, BATCH_MAX).filter((one) => (bytes += size(one)) <= BATCH_BYTES);
}
function body(batch) {
  const context = {
    library: { name: 'habitue.js', version: VERSION },
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    userAgent: navigator.userAgent,
    ...(lost && { lost }),
  };
  return JSON.stringify({ batch, sentAt: moment(), context });
}
// The key stands in the address and the type is plain text, so that no browser asks first.
function post(batch) {
  const host = new URL(settings.host, location.href);
  return fetch(new URL('api/v1/events?writeKey=' + encodeURIComponent(settings.key), host), {
    method: 'POST',
    body: body(batch),
    headers: { 'Content-Type': 'text/plain' },
    credentials: 'omit',
    keepalive: true,
    signal: era.signal,
  }).then(finish).catch(() => null);
}
// An answer that nobody reads goes on counting as one that may outlive the page.
async function finish(answer) {
  await answer.text();
  return answer;
}
async function send(leaving) {
  clearTimeout(timer);
  timer = 0;
  const wait = until - Date.now();
  if (wait > 0) return later(wait);
  if (flying.size && leaving !== true) return;
  const batch = fit(queue.filter((one) => !flying.has(one)));
  if (!batch.length) return;
  const now = era;
  batch.forEach((one) => flying.add(one));
  const answer = await post(batch);
  if (now !== era) return;
  batch.forEach((one) => flying.delete(one));
  if (!answer || answer.status === 408 || answer.status === 429 || answer.status >= 500) return retry(answer);
  if (!answer.ok) warn(`the server answered ${answer.status}; ${batch.length} events are lost. Is the key right?`);
  failures = lost = 0;
  queue = queue.filter((one) => !batch.includes(one));
  keep();
  if (queue.length) later(0);
}
function retry(answer) {
  const told = answer && Number(answer.headers.get('Retry-After')) * 1000;
  const back = Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** failures++) * (0.5 + Math.random() / 2);
  const wait = Math.max(back, told || 0);
  until = Date.now() + wait;
  later(wait);
}
addEventListener('online', () => {
  failures = until = 0;
  if (queue.length) send();
});
function halt() {
  era.abort();
  era = new AbortController();
  clearTimeout(timer);
  flying.clear();
  queue = [];
  timer = until = failures = 0;
  begun = false;
  view = null;
}
