// An authority's endpoint in Node: npm's standardwebhooks verifies what comes, with each secret held.
//
// A line on stdin gives the secrets, and may set the clock; a line on stdout says what came.
const http = require("node:http");
const readline = require("node:readline");
const { Webhook } = require("standardwebhooks");

const machineNow = Date.now;
let secrets = [];

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line);
  secrets = told.secrets;
  if (told.now) {
    const ahead = Date.parse(told.now) - machineNow();
    Date.now = () => machineNow() + ahead;
  }
  process.stdout.write(JSON.stringify({ holds: secrets.length }) + "\n");
});

function verifies(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const server = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString("utf8");
  const event = JSON.parse(body);
  const answer = event.data.challenge ? JSON.stringify({ challenge: event.data.challenge }) : "";
  response.writeHead(200, { "content-length": Buffer.byteLength(answer) }).end(answer);
  const verified = secrets.map((secret) => verifies(secret, body, request.headers));
  const tampered = secrets.map((secret) => verifies(secret, body + " ", request.headers));
  process.stdout.write(JSON.stringify({ id: event.id, type: event.type, verified, tampered }) + "\n");
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(JSON.stringify({ port: server.address().port }) + "\n");
});
