// Patches from where people have them: a file, standard input, a maildir, a quilt directory, a directory of
// .patch files. All of it becomes one list of mails.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type PatchMail, type Problem, readMail, unpack } from "../../patches/api.js";
import { byteString, decode } from "./host.js";

export interface PatchInput {
  readonly mails: readonly PatchMail[];
  readonly problems: readonly Problem[];
}

/** Problems of the command line rather than of the mail. */
export const USAGE_CODES: ReadonlySet<string> = new Set([
  "unreadable",
  "bad-selection",
  "empty-selection",
  "no-such-version",
]);

export interface InputSource {
  readonly cwd: string;
  readStdin(): Promise<Uint8Array>;
}

/** Reads every input in turn; `-` is standard input. A path that cannot be read is a problem, not an exception. */
export async function readPatchInput(paths: readonly string[], source: InputSource): Promise<PatchInput> {
  const mails: PatchMail[] = [];
  const problems: Problem[] = [];
  const add = async (packed: Uint8Array, file: string) => {
    const bytes = await unpack(packed);
    if (!(bytes instanceof Uint8Array)) {
      problems.push({ ...bytes, mail: { file, line: 1, column: 1 } });
      return;
    }
    const read = readMail(bytes, { file, byteString, decode });
    mails.push(...read.mails);
    problems.push(...read.problems);
  };
  for (const path of paths) {
    if (path === "-") {
      await add(await source.readStdin(), "standard input");
      continue;
    }
    try {
      const files = filesOf(resolve(source.cwd, path));
      if (files.length === 0) problems.push(emptyDirectory(path));
      for (const file of files) await add(readFileSync(file), shortName(path, file, source.cwd));
    } catch (error) {
      const reason =
        (error as NodeJS.ErrnoException).code === "ENOENT"
          ? "there is no such file"
          : String((error as Error).message);
      problems.push({
        severity: "error",
        code: "unreadable",
        message: `cannot read ${path}: ${reason}`,
        help: "Give the path of a mail, an mbox, a maildir or a diff, or - for standard input.",
      });
    }
  }
  // A cover letter or a reply has no diff, and needs none beside a mail that has one.
  const found = mails.some((mail) => mail.files.length > 0);
  return { mails, problems: found ? problems.filter((problem) => problem.code !== "no-diff") : problems };
}

function emptyDirectory(path: string): Problem {
  return {
    severity: "error",
    code: "unreadable",
    message: `${path} is a directory with no mails in it`,
    help: "A maildir has them in new/ and cur/, a quilt directory names them in series; else they end in .patch, .diff, .mbox, .eml or .txt.",
  };
}

function shortName(given: string, file: string, cwd: string): string {
  return resolve(cwd, given) === file ? given : join(given, file.slice(resolve(cwd, given).length + 1));
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const maildir = ["new", "cur"].map((name) => join(path, name)).filter((folder) => existsSync(folder));
  if (maildir.length > 0) {
    // A maildir's names begin with the time of delivery.
    const files = maildir.flatMap((folder) =>
      readdirSync(folder).map((name) => ({ name, file: join(folder, name) })),
    );
    return files.sort((a, b) => (a.name < b.name ? -1 : 1)).map((item) => item.file);
  }
  const quilt = join(path, "series");
  if (existsSync(quilt)) {
    return readFileSync(quilt, "utf8")
      .split("\n")
      .map(
        (line) =>
          line
            .replace(/(?:^|\s)#.*/, "")
            .trim()
            .split(/\s+/)[0]!,
      )
      .filter((name) => name !== "")
      .map((name) => join(path, name));
  }
  return readdirSync(path)
    .filter((name) => /\.(?:patch|diff|mbox|mbx|eml|txt)(?:\.gz)?$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
