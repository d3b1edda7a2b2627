// The door of the kernel room.
import type { ObjectOp, Rule } from "../interpreter/api.js";
import { ALL_OBJECTS } from "./objects/index.js";
import { ALL_RULES } from "./rules/index.js";

export { type HeldLock, heldCount, heldLocks, kindName, ownerWordOf } from "./objects/held.js";
export { describeWait, type Wait } from "./objects/waits.js";
export { Word } from "./objects/words.js";
export { type Conclusion, conclude, type NameView } from "./rules/lock-graph.js";
export { contextName, shownFunction } from "./rules/names.js";
export { type Place, place, type SitePlace } from "./rules/places.js";
export { type Situation, situation } from "./rules/situation.js";
export { title } from "./rules/titles.js";

/** The operations behind the functions that the headers declare and nothing defines. */
export function objects(): ObjectOp[] {
  return [...ALL_OBJECTS];
}

/** The watchers that know these operations. */
export function rules(): Rule[] {
  return [...ALL_RULES];
}

/** C names that a program may call though no C defines them. */
export function kernelOpNames(): string[] {
  return ALL_OBJECTS.map((op) => op.name);
}
