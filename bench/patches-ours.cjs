// What bench/patches.mjs measures of ours: every case of the corpus once over, as smplab apply does it, with the files
// that this command loads.
const { readFileSync, writeSync } = require("node:fs");
const { load } = require("../dist/bundle/load.cjs");

load("tiering.js");
const { byteString, decode, rawBytes, sha1 } = load("host.js");
const { applyPatch, readMail } = load("patches.js");

const folder = process.argv[2];
const cases = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
let applied = 0;
for (const entry of cases) {
  const top = `${folder}/cases/${entry.id}`;
  const tree = new Map();
  for (const file of entry.files) {
    if (file.before_sha1) tree.set(file.path, readFileSync(`${top}/before/${file.path}`));
  }
  const { mails } = readMail(readFileSync(`${top}/patch`), { byteString, decode });
  const source = { read: (path) => tree.get(path) ?? null, list: () => [...tree.keys()] };
  if (mails[0] && applyPatch(mails[0], source, { sha1, byteString, rawBytes }).ok) applied++;
}
writeSync(1, `${applied}\n`);
