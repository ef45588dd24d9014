// The gate. With consent required, nothing is stored and nothing sent before a yes to
// analytics; a no stops everything at once and forgets what is kept.
const PURPOSE = 'analytics';
const PURPOSES = {
  analytics: PURPOSE, analytics_storage: PURPOSE, statistics: PURPOSE, performance: PURPOSE,
  marketing: 'marketing', ad_storage: 'marketing', advertising: 'marketing', targeting: 'marketing',
  personalization: 'personalization', personalization_storage: 'personalization', preferences: 'personalization',
};
const YES = /^(true|granted|given|yes|1)$/i, NO = /^(false|denied|refused|withdrawn|no|0)$/i;
let started = false, begun = false;
// The answers of this visit by purpose, and who told them.
let said = {}, by = 'page';

const open = () => started && (settings.consent === 'assumed' ? said[PURPOSE] !== false : said[PURPOSE] === true);

// Take answers in. One that is not settled is what holds until the visitor has been asked:
// its no keeps the gate shut, but takes nothing back that was given; nor does it where an
// answer to another purpose comes after it.
function tell(told, from, settled = true) {
  const answered = understand(told);
  Object.assign(said, answered);
  by = from;
  if (started) settle(settled && PURPOSE in answered);
}
// Give the answers by purpose in what a page or a consent manager told.
function understand(told) {
  const found = {};
  const entries = typeof told === 'object' ? Object.entries(told || {}) : [[PURPOSE, told]];
  for (const [name, word] of entries) {
    if (!Object.hasOwn(PURPOSES, name)) continue;
    if (YES.test(word)) found[PURPOSES[name]] = true;
    if (NO.test(word)) found[PURPOSES[name]] = false;
  }
  return found;
}
function settle(settled) {
  if (open()) begun ? changes() : begin();
  else if (settled && memory.device && said[PURPOSE] === false) withdraw();
  else if (begun) halt();
}
function begin() {
  begun = true;
  memory.device = baked() || memory.device || random();
  adopt();
  changes();
  if (settings.pages !== 'manual') enter();
}
// Tell the server which answers are not those it knows of this device.
function changes() {
  const changed = differing();
  memory.consents = { ...said };
  remember();
  if (changed.length) put(answers(changed));
}
function differing() {
  const known = memory.consents || {};
  return Object.keys(said).filter((purpose) => said[purpose] !== known[purpose]);
}
// A banner's answer is about this device and this site: never about e-mail or telephone.
function answers(purposes) {
  const where = location.host + location.pathname;
  const text_version = settings.consentText || by;
  const [first, ...consents] = purposes.map((purpose) => (
    { purpose, granted: said[purpose], channel: 'web', legal_basis: 'consent', text_version, by, where }
  ));
  const event = first.granted ? 'Consent Granted' : 'Consent Withdrawn';
  return item('track', { event, properties: first, context: { consents } });
}
function withdraw() {
  const last = answers([...new Set([PURPOSE, ...differing()])]);
  halt();
  forget();
  // Where consent is assumed, one word has to stay: that this visitor said no.
  if (settings.consent === 'assumed') write(NAME, (memory = { consents: { ...said } }));
  queue = [last];
  send();
}
// What is answered in one tab holds in all.
addEventListener('storage', (event) => {
  if (!started || event.key !== NAME) return;
  const before = memory.device;
  memory = { ...read(NAME) };
  said = { ...memory.consents };
  if (begun && memory.device !== before) halt();
  if (open() && !begun && memory.device) begin();
});
