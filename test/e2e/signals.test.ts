// What a terminal and a pipe do to the program while it runs.

import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HERE, MAIN, ROOT } from "./program.js";

const LONG = "test/e2e/programs/long.c";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs it; `act` is called with the process as soon as it has told its progress. */
function whileSearching(args: readonly string[], act: (kill: () => void) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: ROOT,
      env: { ...process.env, COLUMNS: "100" },
    });
    let out = "";
    let err = "";
    let acted = false;
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
      if (acted || !err.includes("states/s")) return;
      acted = true;
      act(() => child.kill("SIGINT"));
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

describe("Ctrl-C", () => {
  test("prints what is known and says that it is not all; exit code 4", async () => {
    const { code, out, err } = await whileSearching(["run", LONG], (kill) => kill());
    expect(err).toContain("smplab: interrupted; printing what is known.");
    expect(out).toContain("Test long");
    expect(out).toMatch(/^explored {2}[\d,]+ states {3}not exhaustive/m);
    expect(out.replace(/\s+/g, " ")).toContain("search cut: interrupted");
    expect(out.trimEnd().split("\n").at(-1)).toBe("verdict   not decided: interrupted");
    expect(code).toBe(4);
  });

  test("is labelled in JSON too", async () => {
    const { code, out } = await whileSearching(["run", LONG, "--json"], (kill) => kill());
    const json = JSON.parse(out);
    expect(json).toMatchObject({ verdict: "undecided", interrupted: true });
    expect(json.cases[0]).toMatchObject({ complete: false, cut: "interrupted" });
    expect(json.cases[0].stats.states).toBeGreaterThan(1000);
    expect(code).toBe(4);
  });

  test("a second one ends it at once", async () => {
    const { code } = await whileSearching(["run", LONG, "--verbose"], (kill) => {
      kill();
      setTimeout(kill, 20);
    });
    // Whether the report or the second signal came first, the answer is not decided.
    expect(code).toBe(4);
  });
});

describe("a reader that goes away", () => {
  /** The program in a pipe whose reader takes one line. */
  function head(args: string): Promise<Ended> {
    return new Promise((resolve) => {
      const child = spawn("sh", ["-c", `"$NODE" "$MAIN" ${args} | head -1`], {
        cwd: ROOT,
        env: { ...process.env, NODE: process.execPath, MAIN },
      });
      let out = "";
      let err = "";
      child.stdout.on("data", (data) => {
        out += data;
      });
      child.stderr.on("data", (data) => {
        err += data;
      });
      child.on("close", (code) => resolve({ code, out, err }));
    });
  }

  test("is no error: nothing is said about it", async () => {
    const json = await head("run test/e2e/programs/lost-update.c --json");
    expect(json).toEqual({ code: 0, out: "{\n", err: "" });
    const text = await head("review test/e2e/fix.diff --tree test/e2e/tree --scenario test/e2e/demo_test.c");
    expect(text.err).toBe("");
    expect(text.out).toMatch(/^applied {3}.*\n$/);
  });

  test.each(["", "2>&1", "2>&1 >/dev/null"])("nor is one of the report: smplab %s | true", (redirect) => {
    const command = `'${process.execPath}' '${MAIN}' apply mail.txt --tree tree ${redirect} | true; exit \${PIPESTATUS[0]}`;
    const done = spawnSync("bash", ["-c", command], { cwd: join(HERE, "applying"), encoding: "utf8" });
    expect({ code: done.status, err: done.stderr.includes("EPIPE") }).toEqual({ code: 0, err: false });
  });
});
