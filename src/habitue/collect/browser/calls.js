// habitue('track', ...) and the other calls; what was called before this file came is done first.
const CALLS = {
  start(told) {
    if (started) return;
    Object.assign(settings, told);
    if (!settings.key) return warn('there is no key; add data-key to the script element.');
    memory = { ...read(NAME) };
    for (const [purpose, word] of Object.entries(memory.consents || {})) {
      // Where a consent manager answers, a yes of last time is not an answer of today.
      if (!(purpose in said) && !(word && settings.consentFrom)) said[purpose] = word;
    }
    started = true;
    follow();
    for (const name of ['click', 'auxclick']) document.addEventListener(name, click, true);
    listen();
    settle(false);
  },
  track(name, properties, more) {
    if (name) track(name, properties, spoken(more));
    else warn("'track' needs the name of an event.");
  },
  identify(user, traits, more) {
    if (!begun) return;
    if (user && typeof user === 'object') [user, traits] = [undefined, user];
    memory.known = 1;
    remember();
    put(item('identify', { userId: user, traits, ...spoken(more) }));
  },
  page(name, properties) {
    if (begun) enter(name, properties);
  },
  // The next one at this browser is somebody else.
  reset() {
    if (!begun) return;
    leave();
    if (memory.known) track('Signed Out');
    memory = { device: random() };
    changes();
    watch();
  },
  consent(told, from, settled) { tell(told, from || 'page', settled); },
  device(give) { give(begun ? memory.device : null); },
};
// What may come with a track or identify: more identifiers, and a token that the shop signed.
function spoken(more) {
  const { token, identifiers } = more || {};
  return { identifiers, ...(token && { context: { token } }) };
}

const waiting = (window.habitue && window.habitue.q) || [];
window.habitue = safely((name, ...told) => {
  if (Object.hasOwn(CALLS, name)) CALLS[name](...told);
  else warn(`there is no call '${name}'; there are ${Object.keys(CALLS).join(', ')}.`);
});
window.habitue.version = VERSION;
function boot() {
  if (settings.key) CALLS.start();
  Array.from(waiting).forEach((told) => window.habitue(...told));
}
if (document.prerendering) document.addEventListener('prerenderingchange', boot, { once: true });
else boot();
