// Where a consent manager asks, its answers are ours: data-consent-from names it.
function listen() {
  if (settings.consentFrom === 'google') google();
  else if (settings.consentFrom === 'tcf') tcf(0);
  else named(settings.consentFrom || 'habitueConsent');
}
// Google consent mode. A default never opens the gate: it is no answer of the visitor.
function google() {
  const layer = (window.dataLayer = window.dataLayer || []);
  let asked = true;
  const hear = safely((entry) => {
    if (!entry || entry[0] !== 'consent') return;
    if (entry[1] === 'update') {
      asked = false;
      tell(entry[2], 'google consent mode');
    } else if (asked) tell(refused(entry[2]), 'google consent mode', false);
  });
  layer.forEach(hear);
  const plain = layer.push;
  layer.push = function (...entries) {
    const done = plain.apply(layer, entries);
    entries.forEach(hear);
    return done;
  };
}
const refused = (told) => Object.fromEntries(Object.entries(told || {}).filter(([, word]) => word === 'denied'));

// IAB TCF v2, for what the shop does itself: vendors don't matter, purposes do.
function tcf(tries) {
  if (!window.__tcfapi) return tries < 150 && setTimeout(tcf, 200, tries + 1);
  window.__tcfapi('addEventListener', 2, (data, well) => {
    if (!well || data.gdprApplies === false || data.eventStatus === 'cmpuishown') return;
    const given = (data.purpose && data.purpose.consents) || {};
    const all = (...purposes) => purposes.every((purpose) => given[purpose]);
    tell({ analytics: all(1, 8), marketing: all(1, 3, 4), personalization: all(1, 5, 6) }, 'tcf');
  });
}
// A variable of the page, or a function that gives the answers, looked at on each event.
function named(path) {
  const look = () => {
    const found = path.split('.').reduce((at, name) => at && at[name], window);
    return typeof found === 'function' ? found() : found;
  };
  const hear = (event) => {
    const told = typeof event.detail === 'number' ? null : event.detail;
    tell(Object.keys(understand(told)).length ? told : look(), path);
  };
  for (const name of words(settings.consentEvent)) addEventListener(name, hear, true);
  tell(look(), path, false);
}
