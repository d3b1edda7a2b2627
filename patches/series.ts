// Groups the mails of an mbox into series: which patches belong together, in which order, which are missing,
// which version is the newest, and what people added in their replies.
//
// The hard thing is that a thread holds more than one version, that versions may be sent as replies to each
// other, and that numbers are all a mail has to say where it belongs. Mails are one series when version, total and
// sender agree and one cover (or first patch) is the common root; a lone [PATCH] is a series of one.
import type { PatchMail, Problem, Series } from "./patch.js";

/** All series in the input, in the order in which their first mail came. */
export function groupSeries(mails: readonly PatchMail[]): Series[] {
  const groups = new Map<string, PatchMail[]>();
  const replies: PatchMail[] = [];
  for (const [number, mail] of mails.entries()) {
    if (isReply(mail)) {
      replies.push(mail);
      continue;
    }
    if (mail.files.length === 0 && mail.index !== 0) continue;
    const key = groupKey(mail, number);
    const group = groups.get(key);
    if (group) group.push(mail);
    else groups.set(key, [mail]);
  }
  // A quoted patch in a reply counts only when there is nothing else to apply.
  if (groups.size === 0) {
    for (const [i, mail] of replies.entries()) if (mail.files.length > 0) groups.set(`reply ${i}`, [mail]);
  }
  return [...groups.values()].map((group) => toSeries(group, replies));
}

/** The series with the highest version (or the one asked for), the last sent of equals. */
export function chooseSeries(all: readonly Series[], version?: number): Series | null {
  let best: Series | null = null;
  for (const series of all) {
    if (version !== undefined && series.version !== version) continue;
    if (series.patches.length === 0) continue;
    if (!best || series.version >= best.version) best = series;
  }
  return best;
}

/** `1-3,5` against the numbers of a series; null when it cannot be read. */
export function readSelection(text: string): ((index: number) => boolean) | null {
  const ranges: [number, number][] = [];
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,4})?(-)?(\d{1,4})?\s*$/.exec(part);
    if (!match || (match[1] === undefined && match[3] === undefined)) return null;
    const first = match[1] === undefined ? 0 : Number(match[1]);
    const last = match[3] === undefined ? (match[2] ? Number.MAX_SAFE_INTEGER : first) : Number(match[3]);
    ranges.push([first, last]);
  }
  return (index) => ranges.some(([first, last]) => index >= first && index <= last);
}

function isReply(mail: PatchMail): boolean {
  return mail.isReply && (mail.files.length === 0 || mail.repairs.some((repair) => repair.kind === "quoted"));
}

function groupKey(mail: PatchMail, number: number): string {
  if (mail.numbered) return `series ${mail.version} ${mail.total} ${mail.sender.email}`;
  return mail.messageId === "" ? `alone ${number}` : `alone ${mail.messageId} ${mail.subject}`;
}

function toSeries(group: readonly PatchMail[], replies: readonly PatchMail[]): Series {
  const cover = group.find((mail) => mail.index === 0) ?? null;
  const byIndex = new Map<number, PatchMail>();
  for (const mail of group) if (mail.index !== 0 && mail.files.length > 0) byIndex.set(mail.index, mail);
  const patches = [...byIndex.entries()].sort(([a], [b]) => a - b).map(([, mail]) => mail);
  const total = Math.max(...group.map((mail) => mail.total));
  const missing: number[] = [];
  for (let index = 1; index <= Math.min(total, 1000); index++) if (!byIndex.has(index)) missing.push(index);
  const base = [cover, ...patches].find((mail) => mail?.baseCommit !== undefined)?.baseCommit;
  const ids = new Map<string, number>();
  for (const mail of group) if (mail.messageId !== "") ids.set(mail.messageId, mail.index);
  return {
    subject: (cover ?? patches[0] ?? group[0]!).subject,
    version: group[0]!.version,
    total,
    cover,
    patches,
    missing,
    replyTrailers: replies.flatMap((reply) => {
      const index =
        ids.get(reply.inReplyTo) ??
        reply.references.map((id) => ids.get(id)).findLast((i) => i !== undefined);
      if (index === undefined) return [];
      return ownTrailers(reply).map((trailer) => ({ index, trailer, from: reply.author }));
    }),
    ...(base === undefined ? {} : { baseCommit: base }),
    prerequisites: [...new Set([cover, ...patches].flatMap((mail) => mail?.prerequisites ?? []))],
  };
}

/** Of the trailers that the sender of a reply wrote those that stand for a person. */
function ownTrailers(reply: PatchMail): PatchMail["trailers"] {
  return reply.trailers.filter((trailer) => /-by$/i.test(trailer.key));
}

export interface Pick {
  readonly series: Series | null;
  /** What is to be applied, in order. */
  readonly patches: readonly PatchMail[];
  /** Errors when there is nothing sure to apply; warnings for missing parts and older versions. */
  readonly problems: readonly Problem[];
}

/** What a command applies of an input: the newest series, or the version and numbers asked for. */
export function pickPatches(
  mails: readonly PatchMail[],
  want: { version?: number; only?: string } = {},
): Pick {
  const all = groupSeries(mails).filter((series) => series.patches.length > 0);
  const problems: Problem[] = [];
  const none = (code: string, message: string, help: string): Pick => ({
    series: null,
    patches: [],
    problems: [{ severity: "error", code, message, help }],
  });
  if (all.length === 0)
    return none("no-patch", "the input holds no patch", "Give a mail, an mbox or a diff.");
  const series = chooseSeries(all, want.version);
  if (!series) {
    const versions = [...new Set(all.map((one) => one.version))].sort((a, b) => a - b).join(", ");
    return none(
      "no-such-version",
      `there is no version ${want.version} in the input, only ${versions}`,
      "Give one of these with --version.",
    );
  }
  // Patches that are no series (an mbox of single mails, a quilt directory) are applied in the order they came,
  // without those that a later version replaces.
  const alone = all.every((one) => one.patches.every((mail) => !mail.numbered));
  const current = all.filter((one) =>
    want.version === undefined
      ? !all.some((other) => other.version > one.version && other.subject === one.subject)
      : one.version === want.version,
  );
  let patches = alone ? current.flatMap((one) => one.patches) : series.patches;
  if (want.only !== undefined) {
    const wanted = readSelection(want.only);
    if (!wanted)
      return none("bad-selection", `"${want.only}" is not a list of numbers`, "Write it as 1-3,5.");
    patches = alone ? patches.filter((_, i) => wanted(i + 1)) : patches.filter((mail) => wanted(mail.index));
    if (patches.length === 0) {
      return none(
        "empty-selection",
        `none of the ${series.patches.length} patches has a number in ${want.only}`,
        "smplab series lists the numbers.",
      );
    }
  } else if (!alone && series.missing.length > 0) {
    // One mail on its own was chosen by whoever gave it; holes in a thread are an accident.
    const single = series.patches.length === 1 && series.cover === null && all.length === 1;
    const numbers =
      series.missing.length > 8 ? `${series.missing.slice(0, 8).join(", ")} ...` : series.missing.join(", ");
    problems.push({
      severity: single ? "warning" : "error",
      code: "missing-parts",
      message: single
        ? `this is number ${series.patches[0]!.index} of ${series.total} patches; the others are not in the input`
        : `of the ${series.total} patches of "${series.subject}" (v${series.version}) number ${numbers} ${series.missing.length === 1 ? "is" : "are"} missing`,
      help: single
        ? "It may need the patches before it."
        : "Give the whole thread, or choose what to apply with --only.",
    });
  }
  if (!alone && all.length > 1 && want.version === undefined) {
    const others = all.filter((one) => one !== series).map((one) => `v${one.version} "${one.subject}"`);
    problems.push({
      severity: "warning",
      code: "other-series",
      message: `the input also holds ${others.slice(0, 5).join(", ")}; taken is v${series.version} "${series.subject}"`,
      help: "Choose another with --version.",
    });
  }
  return { series, patches, problems };
}
