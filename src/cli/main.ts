// The program `smplab`: the command line of this process.

// First: it decides how the rest is run.
import "./tiering.js";
import { processIo } from "./io.js";
import { main } from "./program.js";

const io = processIo();
// A reader that went away (head, less) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(io.exitCode);
    throw error;
  });
}
void main(process.argv.slice(2), io).then(() => {
  process.exitCode = io.exitCode;
});
