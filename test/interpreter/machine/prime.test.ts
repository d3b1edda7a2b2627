// After primeLoop() V8 knows all that the loop does: what it makes of it then is not thrown away again.

import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { loop } from "../../../interpreter/machine/loop.js";
import { primeLoop } from "../../../interpreter/machine/prime.js";

setFlagsFromString("--allow-natives-syntax");
const native = (call: string) => new Function("f", `return ${call}`) as (f: typeof loop) => number;
const prepare = native("%PrepareFunctionForOptimization(f)");
const optimise = native("%OptimizeFunctionOnNextCall(f)");
const status = native("%GetOptimizationStatus(f)");
/** OptimizationStatus::kOptimized of V8. */
const OPTIMISED = 1 << 4;

test("optimised code for the loop stays in use whatever is performed next", () => {
  primeLoop();
  prepare(loop);
  optimise(loop);
  primeLoop();
  expect(status(loop) & OPTIMISED).toBe(OPTIMISED);
});
