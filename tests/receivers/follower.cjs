// An authority's follower in Node: npm's eventsource reads a feed, and a line on stdout says each event.
const { EventSource } = require("eventsource");

const [url, token] = process.argv.slice(2);
const withToken = (address, init) =>
  fetch(address, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });

const source = new EventSource(url, { fetch: withToken });
for (const kind of ["pupil-admitted", "threshold-met", "threshold-withdrawn"]) {
  source.addEventListener(kind, (event) => {
    const { id, type } = JSON.parse(event.data);
    process.stdout.write(JSON.stringify({ sequence: event.lastEventId, kind, id, type }) + "\n");
  });
}
source.addEventListener("open", () => process.stdout.write('{"opened":true}\n'));
process.stdin.resume(); // or it would end while it waits to connect again
