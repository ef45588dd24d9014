// Pages: entry, exit with the time they were visible, what brought the visitor, searches.
const SECRET = /token|passw|secret|signature|^(e?-?mail|phone|tel|auth|session|sid|sig|code|key|otp)$/i;
const CLICK_IDS = words(
  'gclid gbraid wbraid dclid fbclid msclkid ttclid twclid li_fat_id yclid ysclid epik ScCid irclickid awc cjevent',
);
let view = null;

function parse(address) {
  try { return new URL(address, document.baseURI); } catch { return null; }
}
// Secrets in addresses are nobody's business; a fragment counts where it is a route.
function clean(address) {
  const url = parse(address);
  if (!url) return '';
  for (const name of [...url.searchParams.keys()]) if (SECRET.test(name)) url.searchParams.delete(name);
  if (!/^#[!/]/.test(url.hash)) url.hash = '';
  return url.href;
}
function page(referrer) {
  const url = clean(location.href);
  const { pathname: path, search } = new URL(url);
  return { url, path, search, title: document.title, referrer: referrer ? clean(referrer) : '' };
}
// Give what the address says of how the visitor came here.
function arrival() {
  const campaign = {}, clickIds = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith('utm_')) campaign[name === 'utm_campaign' ? 'name' : name.slice(4)] = value;
    if (CLICK_IDS.includes(name)) clickIds[name] = value;
  }
  const told = (found) => (Object.keys(found).length ? found : undefined);
  return { campaign: told(campaign), clickIds: told(clickIds) };
}
function enter(name, properties) {
  leave();
  const former = view;
  const referrer = former ? former.page.url : document.referrer;
  view = { id: random(), page: page(referrer), address: location.href, since: null };
  watch();
  const told = { ...view.page, page_view: view.id, ...properties };
  const one = item('page', { name, properties: told, context: arrival() });
  put(one);
  // A single-page application gives the title after the address.
  if (former) {
    setTimeout(() => {
      if (!flying.has(one)) one.context.page.title = told.title = document.title;
    }, 50);
  }
  const asked = new URLSearchParams(location.search);
  const query = words(settings.search).map((field) => (asked.get(field) || '').trim()).find(Boolean);
  if (query) track('Products Searched', { query, page_view: view.id });
}
function watch() {
  if (view && document.visibilityState === 'visible') view.since = performance.now();
}
// Once for each span of time in which the page was visible; their dwells add up.
function leave() {
  if (!view || view.since === null) return;
  const dwell_ms = Math.round(performance.now() - view.since);
  view.since = null;
  track(LEFT, { url: view.page.url, page_view: view.id, dwell_ms });
}
function depart() {
  if (!begun) return;
  leave();
  send(true);
  keep(true);
}
const moved = safely(() => {
  if (begun && view && settings.pages !== 'manual' && location.href !== view.address) {
    const former = view.page.url;
    view.address = location.href;
    if (clean(location.href) !== former) enter();
  }
});
function follow() {
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? depart() : watch()));
  addEventListener('pagehide', depart);
  addEventListener('pageshow', (event) => {
    if (!event.persisted || !begun || settings.pages === 'manual') return;
    view = null;
    enter();
  });
  addEventListener('popstate', moved);
  addEventListener('hashchange', moved);
  for (const name of ['pushState', 'replaceState']) {
    const plain = history[name];
    history[name] = function (...told) {
      const done = plain.apply(this, told);
      moved();
      return done;
    };
  }
}
