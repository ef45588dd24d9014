// What the shop set: data-* attributes of the script element, or habitue('start', {...}).
const script = document.currentScript || document.querySelector('script[src*="habitue.js"]');
const settings = {
  host: script && script.src ? new URL('.', script.src).href : '/',
  consent: 'required',
  consentEvent: 'habitue:consent',
  search: 'q,s,query,search',
  ...(script && script.dataset),
};
const words = (text) => String(text || '').split(/[\s,]+/).filter(Boolean);
const warn = (text) => console.warn('habitue.js: ' + text);
// Whatever goes wrong here, the page that called goes on.
const safely = (act) => (...told) => {
  try { return act(...told); } catch (error) { warn(error); }
};
// 128 random bits in hexadecimal.
function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
