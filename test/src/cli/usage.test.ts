import { describe, expect, test } from "vitest";
import { encodeToken } from "../../../src/report/token.js";
import { cli, type Said } from "../fixtures/io.js";

/** Refused in one paragraph: exit code, what it says, and never a stack trace. */
function expectRefused(said: Said, code: number, ...words: string[]): void {
  expect(said.err).not.toMatch(/^\s+at .*\(/m);
  expect(said.err).not.toContain("internal error");
  for (const word of words) expect(said.err).toContain(word);
  expect(said.out).toBe("");
  expect(said.code).toBe(code);
  expect(said.err.trim().split("\n").length).toBeLessThanOrEqual(6);
}

describe("the command line", () => {
  test("--version and --help end with 0", async () => {
    expect(await cli(["--version"])).toMatchObject({ code: 0, err: "" });
    const help = await cli(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["review", "run", "replay", "apply", "series"]) expect(help.out).toContain(command);
    expect((await cli(["review", "--help"])).out).toContain("--exit-zero");
  });

  test("an unknown command is named, with the one that was meant", async () => {
    expectRefused(await cli(["reveiw", "x"]), 2, "unknown command 'reveiw'", "Did you mean review?");
  });

  test("an unknown option is named, with the one that was meant", async () => {
    expectRefused(
      await cli(["review", "--cpu", "2", "x"]),
      2,
      "unknown option '--cpu'",
      "Did you mean --cpus?",
    );
  });

  test("option values that make no sense", async () => {
    expectRefused(await cli(["run", "--cpus", "0", "x.c"]), 2, "--cpus", "from 1 to 8");
    expectRefused(await cli(["run", "--cpus", "two", "x.c"]), 2, "--cpus", "from 1 to 8");
    expectRefused(await cli(["run", "--preempt", "voluntary", "x.c"]), 2, "none or full");
    expectRefused(await cli(["run", "--time", "-1", "x.c"]), 2, "--time", "above 0");
    expectRefused(await cli(["run", "--jobs", "0", "x.c"]), 2, "--jobs");
    expectRefused(await cli(["run", "--search", "luck", "x.c"]), 2, "--search", "auto, states, traces");
    expectRefused(await cli(["run", "--memory", "10", "x.c"]), 2, "--memory", "500M or 2G");
    expectRefused(await cli(["run", "--memory", "2T", "x.c"]), 2, "--memory");
    expectRefused(await cli(["run", "--samples", "0", "x.c"]), 2, "--samples");
    expectRefused(await cli(["run", "--seed", "-1", "x.c"]), 2, "--seed");
    expectRefused(
      await cli(["run", "--condition", "exists (x=)", "package.json"]),
      2,
      "exists (x=)\n            ^ expected",
    );
  });

  test("missing arguments", async () => {
    expectRefused(await cli(["run"]), 2, "missing required argument 'file.c'");
    expectRefused(await cli(["replay"]), 2, "missing required argument 'token'");
    expectRefused(await cli(["review"]), 2, "no patch given", "pipe one in");
  });

  test("files and directories that are not there", async () => {
    expectRefused(await cli(["run", "no/such.c"]), 2, "cannot read no/such.c: there is no such file");
    expectRefused(await cli(["run", "src"]), 2, "cannot read src: it is a directory");
    expectRefused(await cli(["run", "--tree", "no/tree", "package.json"]), 2, "no/tree is not a directory");
    expectRefused(await cli(["review", "no/such.patch"]), 2, "cannot read no/such.patch");
    expectRefused(await cli(["review", "--tree", "no/tree", "x"]), 2, "no/tree is not a directory");
    expectRefused(await cli(["review", "--scenario", "no.c", "x"]), 2, "cannot read the scenario no.c");
  });

  test("tokens that are none", async () => {
    expectRefused(await cli(["replay", "hello"]), 2, '"hello" is no replay token', "Copy the whole word");
    expectRefused(await cli(["replay", "v9:AAAA"]), 2, "of version 9");
    expectRefused(await cli(["replay", "v1:AAAA"]), 2, "damaged");
  });

  test("a token whose files are gone names them", async () => {
    const token = encodeToken({
      kind: "run",
      file: { shipped: false, path: "/no/such/file.c" },
      tree: { shipped: true, path: "kernel/tree" },
      case: "x",
      config: { cpus: 2, preempt: "full", rcu: "preempt" },
      hash: 1,
      schedule: [1, 2],
    });
    expectRefused(await cli(["replay", token]), 3, "/no/such/file.c", "there is no such file");
  });

  test("input that holds no patch", async () => {
    expectRefused(
      await cli(["review", "-"], { stdin: "Hello,\n\njust a letter.\n" }),
      3,
      "no diff was found",
    );
    expectRefused(await cli(["review", "-"], { stdin: "" }), 3);
    expectRefused(await cli(["review", "-"], { stdin: Buffer.from([0, 255, 3, 128, 7, 0, 0, 1]) }), 3);
  });
});
