// The door of the patch room: mail text in, patched tree out.
//
//   const { mails, problems } = readMail(bytes);
//   const result = applyPatch(mails[0], tree);
//   if (result.ok) { printDiff(result.changes); overlay(tree, result.changes).read("mm/memcontrol.c"); }

export { applyPatch } from "./apply.js";
export { applySeries, type SeriesResult, type SeriesStep } from "./apply-series.js";
export { bytesOf, utf8 } from "./bytes.js";
export { unpack } from "./gzip.js";
export { readMail } from "./mail.js";
export type {
  ApplyOptions,
  ApplyResult,
  ByteString,
  ChangeKind,
  DiffstatLine,
  FileChange,
  FilePatch,
  HeadingCheck,
  Hunk,
  HunkLine,
  HunkReport,
  MailForm,
  MailPlace,
  PatchMail,
  Person,
  Problem,
  Proof,
  ReadOptions,
  ReadResult,
  Reject,
  Repair,
  RepairKind,
  Series,
  Severity,
  SourcePlace,
  SourceTree,
  Trailer,
  TreeEntry,
} from "./patch.js";
export { printDiff, printDiffText } from "./print.js";
export { groupSeries, type Pick, pickPatches, readSelection } from "./series.js";
export { memoryTree, overlay, readText } from "./tree.js";
