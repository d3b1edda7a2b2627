// The command line: which commands there are, and what happens when everything else fails.
//
// Nobody ever sees a stack trace: what a user can mend is said by the command that met it, in one paragraph; what is
// left is our own failure, and says so.

import { Command, CommanderError } from "commander";
import { streamStyle } from "../report/style.js";
import { registerApply } from "./apply.js";
import { registerMerge, registerReplay, registerReview, registerRun } from "./commands.js";
import { Exit, type Io } from "./io.js";
import { registerSeries } from "./series.js";
import { version } from "./version.js";

const EXAMPLES = `
Examples:
  $ smplab review 0001-mm-count.patch           what a patch changes, on the shipped kernel tree
  $ b4 am -o - MSGID | smplab review - --tree ~/linux --scenario my_test.c
  $ smplab run store_buffer.c                   explore cpu0(), cpu1() … of a file
  $ smplab apply mail.txt | git apply           heal a damaged mail

Exit codes: 0 nothing new, 1 findings or behaviour changed, 2 usage, 3 input refused, 4 not decided.`;

export async function main(args: readonly string[], io: Io): Promise<void> {
  const debug = args.includes("--debug");
  if (args.includes("--no-color")) {
    // styleText reads the environment; an option of the command line is the stronger wish.
    process.env.NO_COLOR = "1";
    delete process.env.FORCE_COLOR;
  }
  try {
    const program = build(io);
    await program.parseAsync(args.filter((arg) => arg !== "--debug" && arg !== "--no-color") as string[], {
      from: "user",
    });
  } catch (error) {
    if (error instanceof CommanderError) {
      // --help and --version end here too; everything else was said already.
      io.exitCode = error.exitCode === 0 ? Exit.Same : Exit.Usage;
      return;
    }
    const { message, stack } = error as Error;
    io.err(
      `smplab: internal error: ${message}\n` +
        "This is a failure of smplab, not of your input. Please report it with the command line and the input that " +
        "led to it; smplab --debug … adds where it happened.\n",
    );
    if (debug) io.err(`${stack ?? message}\n`);
    io.exitCode = Exit.Undecided;
  }
}

function build(io: Io): Command {
  const program = new Command("smplab");
  const style = streamStyle(process.stderr);
  program
    .description(
      "A laboratory for kernel patches: runs the C before and after on an emulated SMP machine and says what changed.",
    )
    .version(version())
    .option("--no-color", "no colours (NO_COLOR and FORCE_COLOR are obeyed too)")
    .option("--debug", "on an internal error, show where it happened")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError()
    .showHelpAfterError("Try smplab --help.")
    .addHelpText("after", EXAMPLES);
  registerReview(program, io);
  registerRun(program, io);
  registerReplay(program, io);
  registerMerge(program, io);
  registerApply(program, io, style);
  registerSeries(program, io, style);
  return program;
}
