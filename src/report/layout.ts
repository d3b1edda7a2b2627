// Widths: everything that is lined up in columns. Colour is put on after lining up, so widths are those of
// plain text.

/** Cuts what does not fit and says so with an ellipsis. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : width < 2 ? text.slice(0, width) : `${text.slice(0, width - 1)}…`;
}

/** 12345678 -> "12,345,678" */
export function count(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 state", "2 states" */
export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? "" : "s"}`;
}

export function seconds(s: number): string {
  return s < 10 ? `${s.toFixed(1)} s` : `${count(s)} s`;
}

const FIELD = 10;

/** "verdict   nothing new ...": a name in the first column, the text behind it, wrapped at `width`. */
export function field(name: string, text: string, width: number): string {
  const indent = " ".repeat(FIELD);
  const lines: string[] = [];
  let line = name.padEnd(FIELD);
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = empty ? line + word : `${line} ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines.join("\n");
}
