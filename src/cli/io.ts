// What a command may do to the outside: print, read standard input, know its terminal. Commands get this
// object instead of `process`, so that tests run them in the same process and read what they said.
//
// Standard output carries the result and nothing else; progress, notes and problems go to standard error.

/** What the caller of smplab can tell from the exit code alone. */
export const Exit = {
  /** Nothing new: both sides behave the same; or a run without findings. */
  Same: 0,
  /** A finding, or behaviour that differs between the two sides. */
  Changed: 1,
  /** The command line makes no sense. */
  Usage: 2,
  /** The input was understood to be unusable: patch does not apply, C does not compile, no such file. */
  Refused: 3,
  /** A bound was hit before the question was answered, or smplab itself failed. */
  Undecided: 4,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

export interface Io {
  /** Standard output: text, or bytes that must arrive as they are (a diff). */
  out(data: string | Uint8Array): void;
  err(text: string): void;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Keys as they are pressed, by what they mean: n, p, g, G, q. Nothing where no terminal is read. */
  keys?(): AsyncIterable<string> | null;
  readonly stdinIsTty: boolean;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  /** Columns of the terminal, or of COLUMNS; 0 when there is none. */
  readonly columns: number;
  /** Directory that relative paths of the command line are relative to. */
  readonly cwd: string;
  /** What the process ends with; commands set it once. */
  exitCode: Exit;
}

/** The Io of a process on a terminal or in a pipe. */
export function processIo(): Io {
  const fromEnv = Number.parseInt(process.env.COLUMNS ?? "", 10);
  return {
    out: (data) => void process.stdout.write(data),
    err: (text) => void process.stderr.write(text),
    readStdin: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    },
    keys: () => (process.stdin.isTTY === true ? pressedKeys(process.stdin) : null),
    stdinIsTty: process.stdin.isTTY === true,
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? (Number.isFinite(fromEnv) && fromEnv > 0 ? fromEnv : 0),
    cwd: process.cwd(),
    exitCode: Exit.Same,
  };
}

/** What a key means; arrows come as sequences, Ctrl-C and Ctrl-D as characters. */
const KEYS: Readonly<Record<string, string>> = {
  "\r": "n",
  "\n": "n",
  " ": "n",
  "\x1b[C": "n",
  "\x1b[B": "n",
  b: "p",
  "\x7f": "p",
  "\x1b[D": "p",
  "\x1b[A": "p",
  "\x03": "q",
  "\x04": "q",
  "\x1b": "q",
};

async function* pressedKeys(stdin: NodeJS.ReadStream): AsyncGenerator<string> {
  stdin.setRawMode(true);
  try {
    for await (const data of stdin) yield KEYS[String(data)] ?? String(data);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
  }
}

/**
 * The one-paragraph form of everything that stops a command: what, where, the way out.
 *
 *   smplab: cannot read demo.patch: no such file.
 *   Give the path of a mail or a diff, or - for standard input.
 */
export function refuse(io: Io, exit: Exit, text: string, help?: string): void {
  io.err(`smplab: ${text}\n${help === undefined ? "" : `${help}\n`}`);
  io.exitCode = exit;
}
