// What bench/patches.mjs measures of ours: every case of the corpus once over, as smplab apply does it, with the files
// that users of the package load.
import "../dist/src/cli/tiering.js";
import { readFileSync, writeSync } from "node:fs";
import { byteString, decode, rawBytes, sha1 } from "../dist/bundle/host.js";
import { applyPatch, readMail } from "../dist/bundle/patches.js";

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
