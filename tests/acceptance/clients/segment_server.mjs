// Send events by @segment/analytics-node, as a shop's server would; print their ids.
// usage: node segment_server.mjs FOLDER HOST KEY EVENTS SECONDS [CLIENT_ID KEY_ID PRIVATE_KEY_FILE]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

const [folder, host, writeKey, events, seconds, ...oauth] = process.argv.slice(2);
const { Analytics } = createRequire(`${folder}/package.json`)("@segment/analytics-node");

const oauthSettings = oauth.length
  ? {
      authServer: host,
      clientId: oauth[0],
      keyId: oauth[1],
      clientKey: readFileSync(oauth[2], "utf8"),
    }
  : undefined;
const failed = [];
const client = new Analytics({ writeKey, host, flushAt: 15, maxRetries: 20, oauthSettings });
client.on("error", (error) => failed.push(error));
for (let number = 0; number < Number(events); number++) {
  client.track(
    {
      userId: "97980",
      event: "Product Viewed",
      properties: { product_id: String(number), price: 1.5 },
    },
    (error, context) => error ? failed.push(error) : console.log(context.event.messageId),
  );
  await setTimeout((Number(seconds) * 1000) / Number(events));
}
await client.closeAndFlush({ timeout: 60_000 });
if (failed.length) {
  console.error(failed);
  process.exit(1);
}
