// What a mail did to its patch, judged from the patch alone. White space may be taken from the source only where
// the patch shows that its own was lost: a mail with tabs in it did not lose its tabs, so a context line of it
// that differs in white space differs for a reason, and the hunk must be refused as git refuses it.
import type { BlankModel } from "./blanks.js";
import { blanksMadePlain } from "./disguise.js";
import { WRAP_COLUMN } from "./heal.js";
import type { FilePatch, Hunk, RawLine, Repair } from "./patch.js";

export interface Damage {
  /** Hunk lines without any prefix, in hunks that their counts cannot read. */
  readonly bare: boolean;
  /** No line has blanks or a tab in front of its text (one blank behind a prefix does not count). */
  readonly leading: boolean;
  /** No line has a tab. */
  readonly tabs: boolean;
  /** No line has two blanks, or a tab, between words. */
  readonly runs: boolean;
  /** Blanks at the ends of lines: those that must have been there are gone, or still there, or there were none. */
  readonly trailing: "lost" | "kept" | "unknown";
  /** `+x` was at the margin and `+ x` was not: some added lines have the one, some the other. */
  readonly marginKnown: boolean;
  /** Sure to have lost its indents: then added lines are indented anew in hunks that fit as they are, too. */
  readonly certain: boolean;
  /** Has HTML entities, and none of the characters that they stand for. */
  readonly encoded: boolean;
  /** Sure to be encoded so: added lines are decoded. */
  readonly decode: boolean;
  /** Sure to have odd blanks or quotes for plain ones: added lines are made plain. */
  readonly plain: boolean;
  /** How tabs were turned into blanks, where some hunk shows it. */
  readonly blanks: BlankModel | null;
}

/** What healing one part of the mail says about the whole of it. */
export function learned(
  damage: Damage,
  repairs: readonly Repair[],
  blanks: BlankModel | null,
): Damage | null {
  const kinds = new Set(repairs.map((repair) => repair.kind));
  const certain = damage.certain || (damage.leading && kinds.has("whitespace"));
  const decode = damage.decode || kinds.has("entities");
  const plain = damage.plain || kinds.has("charset");
  const model = damage.blanks ?? (damage.leading ? null : blanks);
  const more =
    certain !== damage.certain ||
    decode !== damage.decode ||
    plain !== damage.plain ||
    model !== damage.blanks;
  return more ? { ...damage, certain, decode, plain, blanks: model } : null;
}

/**
 * `trimmed`: the text around the patch lost its leading blanks. Most patches show at once that they lost nothing; the
 * rest is found when something does not fit.
 */
export function assess(files: readonly FilePatch[], trimmed = false): () => Damage {
  let known: Damage | null = null;
  return () => {
    known ??= look(files, trimmed);
    return known;
  };
}

/** Indents are there, and no character that a mailer may have put in the place of another: nothing to give back. */
export function isSound(files: readonly FilePatch[]): boolean {
  let tab = false;
  for (const file of files) {
    for (const hunk of file.hunks) {
      if (!hunk.lines) return false;
      for (const line of hunk.lines) {
        tab ||= line.text.startsWith("\t");
        if (MAYBE_ODD.test(line.text) && ODD.test(line.text)) return false;
      }
    }
  }
  return tab;
}

/** Asked first, as it is answered at once. */
const MAYBE_ODD = /[&\x80-\xff]/;

const ODD = /[\x80-\xff]|&(?:[a-z]{2,4}|#\w{1,5});/i;

/** Written by nobody, but by an encoder that was given C. */
const ENCODED_C = /-&gt;\w|&amp;&amp;|[(=,\s]&amp;\w|#\s*include &lt;|[(=,]\s*&quot;|&quot;[),;]/;

const HIGH = /[\x80-\xff]/;

/** An indent with a no-break space in it. */
const ODD_INDENT = /^[-+ ]?[ \t]*\xc2\xa0/;

/** Typographic quotes where C has strings. */
const ODD_STRING =
  /^[-+ ]?\s*(?![*/\s]).*(?:[(=,]\s*\xe2\x80\x9c|\xe2\x80\x9d\s*[),;])|#\s*include \xe2\x80\x9c/;

/** The end of a line that was too long, and no line that lost its prefix. */
function endsWrapped(hunk: Hunk, at: number, text: string): boolean {
  const before = at === 0 ? hunk.heading.length + HEADER_LENGTH : hunk.raw[at - 1]!.text.length;
  return before + /^\S*/.exec(text)![0].length >= WRAP_COLUMN;
}

/** Of `@@ -1234,12 +1234,12 @@ `, about. */
const HEADER_LENGTH = 24;

function look(files: readonly FilePatch[], trimmed: boolean): Damage {
  let bare = false;
  let leading = true;
  let tabs = true;
  let runs = true;
  let keptEnds = false;
  let lostEnds = false;
  let oneBlank = false;
  let flatBlock = false;
  let entities = false;
  let characters = false;
  let encodedC = false;
  let plain = false;
  for (const file of files) {
    const isC = /\.(?:[chS]|dts[io]?)$/.test(file.newName ?? file.oldName ?? "");
    for (const hunk of file.hunks) {
      const body: readonly RawLine[] = hunk.lines ? hunk.raw.slice(0, hunk.lines.length) : hunk.raw;
      const most = hunk.oldCount + hunk.newCount;
      // Behind the last hunk stands git's signature, whose first line ends in a blank.
      const signature = hunk.raw[body.length < hunk.raw.length ? body.length : most]?.text.replace(/\r$/, "");
      keptEnds ||= signature === "-- ";
      lostEnds ||= signature === "--";
      for (let i = 0; i < Math.min(body.length, most); i++) {
        const text = body[i]!.text.replace(/\r$/, "");
        // A blank context line is one blank, unless it lost that.
        lostEnds ||= text === "";
        if (text === "") continue;
        if (!hunk.lines && /^-- ?$/.test(text) && /^\d+\.\d/.test(body[i + 1]?.text ?? "")) break;
        const prefix = text[0]!;
        const marked = prefix === "+" || prefix === "-" || prefix === " ";
        if (!hunk.lines && !marked && prefix !== "\\" && !endsWrapped(hunk, i, text)) bare = true;
        // A no-break space stands where a blank stood.
        const content = blanksMadePlain(marked ? text.slice(1) : text);
        // Most lines can only tell what others told before; each question is asked until it is answered.
        tabs &&= !content.includes("\t");
        leading &&= !/^(?:\t| {2})/.test(content) && !(prefix === " " && /^\s/.test(content));
        runs &&= !/\S(?: {2}|\t|\s\t)/.test(content);
        keptEnds ||= text.endsWith(" ") || text.endsWith("\t");
        oneBlank ||= prefix === "+" && /^\+ \S/.test(text);
        characters ||=
          /[<>&]/.test(content) && /[<>]|&(?!(?:lt|gt|amp|quot|apos|nbsp|#\d+|#x[\da-f]+);)/i.test(content);
        if (content.includes("&")) {
          entities ||= /&(?:lt|gt|amp|quot|#\d+);/i.test(content);
          encodedC ||= ENCODED_C.test(content);
        }
        plain ||= HIGH.test(text) && (ODD_INDENT.test(text) || (isC && ODD_STRING.test(text)));
        // Code in a block, one blank or none behind its `+`: nobody writes it so.
        flatBlock ||=
          leading && /^\+ ?[\w*].*[;,{]$/.test(text) && /^\+ ?[^ ].*\{$/.test(body[i - 1]?.text ?? "");
      }
    }
  }
  const trailing = keptEnds ? "kept" : lostEnds ? "lost" : "unknown";
  const certain = leading && tabs && runs && (bare || flatBlock || trimmed);
  const encoded = entities && !characters;
  return {
    ...{ bare, leading, tabs, runs, trailing, marginKnown: oneBlank, certain, encoded },
    ...{ decode: encoded && encodedC, plain, blanks: null },
  };
}
