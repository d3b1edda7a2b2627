// Writes docs/ir.md from the table of operations. Run after a build: npx tsc -b && node scripts/ir-docs.mjs
import { writeFileSync } from "node:fs";
import { renderOpReference } from "../dist/interpreter/ir/docs.js";

writeFileSync(new URL("../docs/ir.md", import.meta.url), renderOpReference());
