// Lexed files kept between runs. Half of the preprocessor's time goes into lexing, and two runs of a review read
// the same hundred headers; so a caller may hand the same cache to all of them. It holds nothing of a run: spellings
// and what lexer.ts made of a text. It grows with the texts that it has seen and is the caller's to throw away.

import { Interner } from "./intern.js";
import { type LexedFile, lexText } from "./lexer.js";

export class LexCache {
  readonly interner = new Interner();
  readonly #byText = new Map<string, LexedFile>();

  lex(text: string): LexedFile {
    let file = this.#byText.get(text);
    if (file === undefined) {
      file = lexText(text, this.interner);
      this.#byText.set(text, file);
    }
    return file;
  }
}
