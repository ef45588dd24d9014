// Clicks that lead away, fetch a file, or are on an element with data-habitue-event; with
// data-clicks="all" those on links within the site and on buttons, too.
const FILES = /\.(pdf|docx?|xlsx?|pptx?|od[stp]|csv|zip|rar|7z|gz|epub|mp[34]|apk|exe|dmg)$/i;
const BUTTONS = 'button,summary,[role=button],input[type=submit],input[type=button],input[type=image]';

function click(event) {
  const target = event.composedPath()[0];
  if (!begun || !(target instanceof Element)) return;
  const marked = target.closest('[data-habitue-event]');
  if (marked) track(marked.dataset.habitueEvent, properties_of(marked));
  const link = target.closest('a[href],area[href]');
  const to = link && parse(link.getAttribute('href'));
  if (to) go(link, to);
  else if (!marked && settings.clicks === 'all') press(target.closest(BUTTONS));
}
// Of a button what the page's maker calls it; what stands on it may be a visitor's name.
function press(button) {
  if (!button) return;
  const { id, name } = button;
  const label = button.getAttribute('aria-label');
  track('Button Clicked', { url: clean(location.href), id: id || undefined, name: name || undefined, label: label || undefined });
}
function go(link, to) {
  const url = clean(to.href);
  if (/^(mailto|tel|sms):$/.test(to.protocol)) track('Link Clicked', { url, kind: to.protocol.slice(0, -1) });
  else if (!/^https?:$/.test(to.protocol)) return;
  else if (link.hasAttribute('download') || FILES.test(to.pathname)) track('File Downloaded', { url });
  else if (to.host !== location.host) track('Link Clicked', { url, kind: 'outbound' });
  else if (settings.clicks === 'all') track('Link Clicked', { url, kind: 'internal' });
}
// data-habitue-banner-id="7" becomes the property banner_id.
function properties_of(element) {
  const found = {};
  for (const [name, value] of Object.entries(element.dataset)) {
    if (!name.startsWith('habitue') || name === 'habitueEvent') continue;
    found[name.slice(7).replace(/\B[A-Z]/g, '_$&').toLowerCase()] = value;
  }
  return found;
}
