// The words of a patch mail: its subject line and the text above the diff, cut into commit message, notes,
// diffstat and trailers. Follows git's mailinfo: headers at the top of the body (`From:`, `Subject:`, `Date:`)
// replace the mail's own, everything above a scissors line is dropped, `---` ends the message.
//
// The hard thing is that the archive's page of the founding mail has its in-body From below a line of notes, so
// such a line is looked for through the message, but counts only with an address in it.
import type { DiffstatLine, MailForm, Trailer } from "./patch.js";

export interface Subject {
  readonly subject: string;
  readonly tags: readonly string[];
  readonly version: number;
  readonly index: number;
  readonly total: number;
  readonly numbered: boolean;
  readonly isReply: boolean;
}

/** `Re: [PATCH v3 2/7] mm: fix` to its parts. */
export function readSubject(line: string): Subject {
  let rest = line.replace(/\s+/g, " ").trim();
  let isReply = false;
  let version = 1;
  let index = 1;
  let total = 1;
  let numbered = false;
  const tags: string[] = [];
  for (;;) {
    const reply = /^(?:re|aw|sv|antw|fwd?)(?:\[\d+\])?:\s*/i.exec(rest);
    if (reply) {
      isReply ||= !/^fw/i.test(rest);
      rest = rest.slice(reply[0].length);
      continue;
    }
    const bracket = /^\[([^[\]]{0,200})\]\s*/.exec(rest);
    if (!bracket) break;
    rest = rest.slice(bracket[0].length);
    for (const word of bracket[1]!.split(/[\s,]+/)) {
      const number = word.includes("/") ? /^(?:PATCH)?#?(\d{1,4})\/(\d{1,4})$/i.exec(word) : null;
      const revision = /^(?:PATCH|RFC|RESEND)?[-_.]?(?:v|rev|ver)\.?(\d{1,3})$/i.exec(word);
      if (number) {
        numbered = true;
        index = Number(number[1]);
        total = Number(number[2]);
      }
      if (revision) version = Number(revision[1]);
      const name = word.replace(/#?\d{1,4}\/\d{1,4}$/, "").replace(/[-_.]?(?:v|rev|ver)\.?\d{1,3}$/i, "");
      if (name !== "") tags.push(name);
    }
  }
  return { subject: rest, tags, version, index, total, numbered, isReply };
}

export interface Message {
  readonly title: string;
  readonly from: string;
  readonly subject: string;
  readonly date: string;
  readonly message: string;
  readonly notes: string;
  readonly trailers: readonly Trailer[];
  readonly diffstat: readonly DiffstatLine[];
  readonly trimmed: boolean;
  readonly baseCommit?: string;
  readonly changeId?: string;
  readonly prerequisites: readonly string[];
}

const IN_BODY = /^(From|Subject|Date):[ \t]*(\S.*?)[ \t]*$/;
const DIFFSTAT = /^ ?(\S.*?)\s+\|\s+(?:(\d+)(?: [+-]*)?|(Bin)\b.*)$/;
const SUMMARY =
  /^ ?\d+ files? changed(?:, \d+ insertions?\(\+\))?(?:, \d+ deletions?\(-\))?$|^ ?(?:create|delete) mode \d+ |^ ?(?:rename|copy) \S.*\(\d+%\)$|^ ?mode change \d+ => /;

export function readMessage(head: string, tail: string, form: MailForm): Message {
  const whole = head.split("\n").map((line) => line.trimEnd());
  let lines = whole;
  const fields = new Map<string, string>();
  const scissors = lines.findIndex(isScissors);
  if (scissors >= 0) lines = lines.slice(scissors + 1);
  let at = 0;
  while (at < lines.length && lines[at] === "") at++;
  const inBody = (line = "") => (/^[FSD]/.test(line) ? IN_BODY.exec(line) : null);
  for (let match = inBody(lines[at]); match; match = inBody(lines[at])) {
    fields.set(match[1]!, match[2]!);
    at++;
    // A folded Subject goes on in an indented line.
    while (fields.size > 0 && /^\s+\S/.test(lines[at] ?? "")) {
      fields.set(match[1]!, `${fields.get(match[1]!)} ${lines[at]!.trim()}`);
      at++;
    }
  }
  lines = lines.slice(at);
  const end = lines.indexOf("---");
  let message = end < 0 ? lines : lines.slice(0, end);
  const below = end < 0 ? [] : lines.slice(end + 1);
  const diffstat: DiffstatLine[] = [];
  const notes = takeDiffstat(below, diffstat);
  if (end < 0) message = takeDiffstat(message, diffstat);
  if (form === "page" && !fields.has("From")) {
    const from = message.findIndex((line) => /^From: .*<[^<>\s]+@[^<>\s]+>$/.test(line));
    if (from >= 0) {
      fields.set("From", message[from]!.slice(6));
      message = message.filter((_, i) => i !== from);
    }
  }
  const summary = whole.find(isSummary);
  const all = naming([...message, ...notes, ...tail.split("\n")]);
  const base = find(all, "base-commit:", /^base-commit: ?([0-9a-f]{7,64})\b/);
  const change = find(all, "change-id:", /^change-id: ?(\S+)/i);
  return {
    title: message.find((line) => line !== "") ?? "",
    from: fields.get("From") ?? "",
    subject: fields.get("Subject") ?? "",
    date: fields.get("Date") ?? "",
    message: trimBlank(message).join("\n"),
    notes: trimBlank(notes).join("\n"),
    trailers: readTrailers(message),
    diffstat,
    trimmed: summary !== undefined && !summary.startsWith(" "),
    ...(base === undefined ? {} : { baseCommit: base }),
    ...(change === undefined ? {} : { changeId: change }),
    prerequisites: all
      .filter((line) => line.startsWith("prerequisite-"))
      .flatMap((line) => /^prerequisite-(?:patch|message|change)-id: ?(\S+)/.exec(line)?.[1] ?? []),
  };
}

/**
 * git's rule (is_scissors_line in mailinfo.c): at least 8 wide, dashes and scissors with their gaps more than a
 * third of it, gaps less than half of that.
 */
function isScissors(line: string): boolean {
  if (!line.includes("-") || !/>8|8<|>%|%</.test(line)) return false;
  const text = line.trim();
  if (text.length < 8 || text.length > 200) return false;
  let perforation = 0;
  let gap = 0;
  let inside = false;
  for (const [piece] of text.matchAll(/>8|8<|>%|%<|[\s\S]/g)) {
    if (/\s/.test(piece)) {
      if (inside) {
        perforation++;
        gap++;
      }
    } else if (piece === "-" || piece.length === 2) {
      inside = true;
      perforation += piece.length;
    } else inside = false;
  }
  return text.length < perforation * 3 && gap * 2 < perforation;
}

/** Lines that may name a commit or a change. */
function naming(lines: readonly string[]): string[] {
  return lines.filter((line) => line.includes("-") && /-(?:id|commit):/i.test(line));
}

function isSummary(line: string): boolean {
  return SUMMARY.test(line);
}

/** Moves diffstat lines into `into`; hands back the others. */
function takeDiffstat(lines: readonly string[], into: DiffstatLine[]): string[] {
  const rest: string[] = [];
  for (const line of lines) {
    const match = line.length < 500 && line.includes("|") ? DIFFSTAT.exec(line) : null;
    if (match) into.push({ path: match[1]!, changed: match[2] === undefined ? null : Number(match[2]) });
    else if (!isSummary(line)) rest.push(line);
  }
  return rest;
}

const TRAILER =
  /^([A-Z][A-Za-z0-9-]*(?:-by|-to|-from)|Cc|Link|Fixes|Closes|Bug|BugLink|Message-I[Dd]|Change-Id): *(\S.*)$/;

export function readTrailers(lines: readonly string[]): Trailer[] {
  const trailers: Trailer[] = [];
  for (const line of lines) {
    const match = line.includes(":") ? TRAILER.exec(line) : null;
    if (match) trailers.push({ key: match[1]!, value: match[2]! });
  }
  return trailers;
}

function find(lines: readonly string[], key: string, pattern: RegExp): string | undefined {
  for (const line of lines) {
    const match = line.toLowerCase().startsWith(key) ? pattern.exec(line) : null;
    if (match) return match[1];
  }
  return undefined;
}

function trimBlank(lines: readonly string[]): readonly string[] {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]!.trim() === "") from++;
  while (to > from && lines[to - 1]!.trim() === "") to--;
  return lines.slice(from, to);
}
