// The door of the patch room: mail text in, patched tree out.
//
//   const { mails, problems } = readMail(bytes);
//   const result = applyPatch(mails[0], tree);
//   if (result.ok) { printDiff(result.changes); overlay(tree, result.changes).read("mm/memcontrol.c"); }

export { bytesOf, utf8 } from "./bytes.js";
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
export { memoryTree, overlay, readText } from "./tree.js";
// To come through this door next, with these signatures:
//   readMail(bytes: Uint8Array, options?: ReadOptions): ReadResult
//   applyPatch(patch: { files: readonly FilePatch[] }, tree: SourceTree, options?: ApplyOptions): ApplyResult
//   printDiff(changes: readonly FileChange[]): Uint8Array     (printDiffText: string)
//   groupSeries(mails: readonly PatchMail[]): readonly Series[]
