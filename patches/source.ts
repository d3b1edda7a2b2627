// One file of the tree as lines, with what matching needs: the plain lines, and (made on demand) each line in
// the normal form that survives a mangled mail.
import { byteString, isAscii, rawBytes, utf8FromByteString, utf8ToByteString } from "./bytes.js";
import { blanksMadePlain, entitiesDecoded, quotesMadePlain } from "./disguise.js";
import type { ByteString } from "./patch.js";

export interface SourceFile {
  /** Without newlines; a CR before the newline is part of the line. */
  readonly lines: readonly ByteString[];
  /** False when the last line ends at the end of the file without a newline. */
  readonly finalNewline: boolean;
  /** normal(lines[i]), kept once made. */
  normal(index: number): ByteString;
  /** Where a normal form stands in the file, in rising order; made once. */
  places(normalText: ByteString): readonly number[];
}

export function sourceFile(bytes: Uint8Array | null): SourceFile {
  const text = bytes ? byteString(bytes) : "";
  const lines = text.split("\n");
  const finalNewline = lines.at(-1) === "";
  if (finalNewline) lines.pop();
  return fromLines(lines, finalNewline);
}

export function fromLines(lines: readonly ByteString[], finalNewline: boolean): SourceFile {
  const normals: (ByteString | undefined)[] = [];
  let index: Map<ByteString, number[]> | null = null;
  const source: SourceFile = {
    lines,
    finalNewline,
    normal: (i) => {
      const known = normals[i];
      if (known !== undefined) return known;
      const made = normal(lines[i]!);
      normals[i] = made;
      return made;
    },
    places: (text) => {
      if (!index) {
        index = new Map();
        for (let i = 0; i < lines.length; i++) {
          const key = source.normal(i);
          const found = index.get(key);
          if (found) found.push(i);
          else index.set(key, [i]);
        }
      }
      return index.get(text) ?? [];
    },
  };
  return source;
}

export function joinLines(lines: readonly ByteString[], finalNewline: boolean): Uint8Array {
  if (lines.length === 0) return new Uint8Array(0);
  return rawBytes(lines.join("\n") + (finalNewline ? "\n" : ""));
}

/** What is left of a line after the worst mangling: no indent, runs of blanks one blank, ASCII quotes, no entities. */
export function normal(text: ByteString): ByteString {
  let plain = text;
  if (!isAscii(plain)) {
    if (utf8FromByteString(plain).includes("\ufffd")) plain = utf8ToByteString(plain);
    plain = quotesMadePlain(blanksMadePlain(plain));
  }
  return collapse(entitiesDecoded(plain));
}

/** Runs of blanks and tabs to one blank, both ends trimmed. */
export function collapse(text: ByteString): ByteString {
  const trimmed = text.trim();
  return /[\t\f\v\r]| {2}/.test(trimmed) ? trimmed.replace(/[ \t\f\v\r]+/g, " ") : trimmed;
}
