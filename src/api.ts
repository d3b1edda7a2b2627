// The door of src: the review as a library. `smplab` the program is src/cli; both go the same way.

export { compare, type Verdict } from "./compare/compare.js";
export { type Compiler, compiler } from "./compile/compile.js";
export { shippedKernel } from "./compile/kernel.js";
export type { Exploration, FoundFinding, Outcome, Schedule, Trace } from "./explore/result.js";
export { diskTree } from "./front/disk-tree.js";
export { packageRoot, shippedTree } from "./front/shipped.js";
export { type Explorer, localExplorer, pooledExplorer } from "./jobs/explorer.js";
export { type Condition, parseCondition } from "./outcome/condition.js";
export { type Judgement, judge } from "./outcome/judge.js";
export { loadParser } from "./parser/load.js";
export { type ReviewRequest, type ReviewResult, type ReviewTools, reviewPatch } from "./pipeline.js";
export { reviewJson } from "./report/json.js";
export type { PatchReview } from "./report/model.js";
export { reviewText } from "./report/review.js";
