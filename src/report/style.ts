// Colour, as functions from text to text. Printers are handed one of these and do not know whether it colours.

import { styleText } from "node:util";

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const same = (text: string): string => text;

export const plain: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** Colours as NO_COLOR, FORCE_COLOR and the stream allow; `styleText` knows the rules. */
export function streamStyle(stream: NodeJS.WriteStream): Style {
  const colour =
    (name: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      text === "" ? "" : styleText(name, text, { stream });
  return {
    bold: colour("bold"),
    dim: colour("dim"),
    red: colour("red"),
    green: colour("green"),
    yellow: colour("yellow"),
    cyan: colour("cyan"),
  };
}
