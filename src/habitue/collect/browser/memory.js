// What is kept in the browser: {device, consents, known}, and what was not acknowledged yet.
// Where storage is forbidden, reading and writing throw: then a page remembers for itself.
const NAME = 'habitue';
const QUEUE = NAME + '.queue.';
let memory = {};
function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}
function write(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch { /* Forbidden or full. */ }
}
function names(start) {
  try { return Object.keys(localStorage).filter((name) => name.startsWith(start)); } catch { return []; }
}
// data-cookie="shop.example" lets its subdomains know one device.
function bake(value, age) {
  if (!settings.cookie) return;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${NAME}=${value}; Domain=${settings.cookie}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
function baked() {
  const found = settings.cookie && document.cookie.match(/(?:^|; )habitue=([0-9a-f]{32})/);
  return found && found[1];
}
function remember() {
  write(NAME, memory);
  bake(memory.device, 31536000);
}
function forget() {
  memory = {};
  write(NAME);
  names(QUEUE).forEach((name) => write(name));
  bake('', 0);
}
