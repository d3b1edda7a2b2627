// Display columns: how wide a text is on a terminal. Tabs go to multiples of 8 as in gcc (-ftabstop=8);
// combining marks take no column, East Asian wide characters and emoji two (Unicode Standard Annex 11).

export const TAB_WIDTH = 8;

/** The column (from 0) that text[end] has when text[start] has column 0. */
export function displayWidth(text: string, start: number, end: number): number {
  let column = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 9) column += TAB_WIDTH - (column % TAB_WIDTH);
    else if (unit < 0x300) column++;
    else {
      const point = text.codePointAt(i)!;
      if (point > 0xffff) i++;
      column += characterWidth(point);
    }
  }
  return column;
}

/** The text with tabs as blanks, as gcc shows source lines. */
export function expandTabs(text: string): string {
  if (!text.includes("\t")) return text;
  const parts = text.split("\t");
  let out = parts[0]!;
  for (let i = 1; i < parts.length; i++) {
    const width = displayWidth(out, 0, out.length);
    out += " ".repeat(TAB_WIDTH - (width % TAB_WIDTH)) + parts[i]!;
  }
  return out;
}

const COMBINING = /[\p{Mn}\p{Me}\p{Cf}]/u;

function characterWidth(point: number): number {
  if (COMBINING.test(String.fromCodePoint(point))) return 0;
  const wide =
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0x303e) ||
    (point >= 0x3041 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1f64f) ||
    (point >= 0x1f900 && point <= 0x1f9ff) ||
    (point >= 0x20000 && point <= 0x3fffd);
  return wide ? 2 : 1;
}
