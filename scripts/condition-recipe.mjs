// Writes src/outcome/condition-recipe.ts from the grammar beside it: what ohm makes of the grammar's text, ready to load.
//   npm run build && node scripts/condition-recipe.mjs
import { writeFileSync } from "node:fs";
import * as ohm from "ohm-js";
import { CONDITION_GRAMMAR } from "../dist/src/outcome/condition-grammar.js";

const recipe = ohm.grammar(CONDITION_GRAMMAR).toRecipe();
const text = `// Made from condition-grammar.ts by scripts/condition-recipe.mjs; not to be edited.

export const CONDITION_RECIPE =
  ${JSON.stringify(recipe)};
`;
writeFileSync(new URL("../src/outcome/condition-recipe.ts", import.meta.url), text);
