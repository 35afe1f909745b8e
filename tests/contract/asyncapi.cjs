// AsyncAPI's own parser reads a document, and says in a line of JSON all that it has to say of it.
const fs = require("node:fs");
const { Parser } = require("@asyncapi/parser");

new Parser().parse(fs.readFileSync(process.argv[2], "utf8")).then(({ diagnostics }) => {
  const said = diagnostics.map(({ code, message, path, severity }) => ({
    code: String(code),
    message,
    path: path.join("/"),
    severity,
  }));
  process.stdout.write(JSON.stringify(said));
});
