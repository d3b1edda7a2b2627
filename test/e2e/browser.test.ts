// The core runs in a browser as it does in Node: the built modules, served as they are, loaded by headless Chromium.
// It heals a mail, compiles C, and explores a scenario with both engines; Node does the same in a process of its own,
// and every byte of the two answers is compared.
//
// Skipped where there is no Chromium (Debian's package `chromium`, or what $CHROMIUM names).
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOUNDING, ROOT } from "./program.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(CHROMIUM);
const CORE = "test/e2e/browser/core.mjs";

/** Where a page finds the packages that Node finds by name. */
const PACKAGES = {
  "diff/lib/": "/node_modules/diff/libesm/",
  "node-diff3": "/node_modules/node-diff3/dist/diff3.mjs",
  "fflate/browser": "/node_modules/fflate/esm/browser.js",
  "web-tree-sitter": "/node_modules/web-tree-sitter/tree-sitter.js",
};
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: PACKAGES })}</script>`;

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** The files of the package, and a page with nothing in it. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, "http://localhost").pathname);
    const file = join(ROOT, path);
    if (path === sep) response.setHeader("Content-Type", "text/html").end(PAGE);
    else if (!file.startsWith(ROOT + sep) || !existsSync(file)) response.writeHead(404).end();
    else {
      response.setHeader("Content-Type", TYPES[extname(file)] ?? "text/plain").end(readFileSync(file));
    }
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

/** The damaged mail that the project began with, and two of our own; with the files that they are for. */
const MAILS: { name: string; input: Uint8Array; files: Record<string, string> }[] = [
  mail("the founding mail", FOUNDING, "kernel/tree", ["mm/memcontrol.c"]),
  mail("a mail", "test/e2e/applying/mail.txt", "test/e2e/applying/tree", ["mm/quota.c"]),
  mail("a page of an archive", "test/e2e/applying/page.txt", "test/e2e/applying/tree", ["mm/quota.c"]),
];

function mail(name: string, path: string, tree: string, paths: string[]) {
  const files = Object.fromEntries(paths.map((one) => [one, readFileSync(join(ROOT, tree, one), "utf8")]));
  return { name, input: readFileSync(join(ROOT, path)), files };
}

/** A call in Node. `read` gives the text of a file of the package, or null. */
function inNode(code: string): unknown {
  const script = `import { readFileSync, existsSync } from "node:fs";
    import * as core from ${JSON.stringify(pathToFileURL(join(ROOT, CORE)).href)};
    const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);
    const wasm = { grammar: readFileSync("${GRAMMAR}") };
    console.log(JSON.stringify(await ${code}));`;
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

/** The same call in the page. Headers are asked for one by one, so `read` is a request that waits. */
function inPage(page: Page, code: string): Promise<unknown> {
  return page.evaluate(`(async () => {
    const core = await import("/${CORE}");
    const read = (path) => {
      const request = new XMLHttpRequest();
      request.open("GET", "/" + path, false);
      request.send();
      return request.status === 200 ? request.responseText : null;
    };
    const wasm = { grammar: "/${GRAMMAR}", engine: "/node_modules/web-tree-sitter/tree-sitter.wasm" };
    return await ${code};
  })()`);
}

const GRAMMAR = "node_modules/tree-sitter-c/tree-sitter-c.wasm";
const TITLE = missing ? `the core in Chromium (skipped: there is no ${CHROMIUM})` : "the core in Chromium";

describe.skipIf(missing)(TITLE, () => {
  let server: Server;
  let context: BrowserContext;
  let page: Page;
  const profile = mkdtempSync(join(tmpdir(), "smplab-chromium-"));
  const failures: string[] = [];

  beforeAll(async () => {
    server = await serve();
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      // The sandbox cannot be had as root, as which CI runs; the rest keeps Chromium from calling home.
      chromiumSandbox: false,
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await context.newPage();
    page.on("pageerror", (error) => failures.push(String(error)));
    page.on("requestfailed", (request) => failures.push(request.url()));
    page.on("response", (response) => {
      if (!response.ok() && response.url().endsWith("js")) failures.push(response.url());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 120_000);

  afterAll(async () => {
    await context?.close();
    server?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it.each(MAILS)("applies $name as Node does", async ({ input, files }) => {
    const call = `core.applied(${JSON.stringify([...input])}, ${JSON.stringify(files)})`;
    const there = await inPage(page, call);
    expect(failures).toEqual([]);
    expect(there).toEqual(inNode(call));
    expect(there).toMatchObject({ files: [[Object.keys(files)[0], expect.any(Array)]] });
  });

  it.each(["vm", "wasm"])("explores a scenario with the engine %s as Node does", async (engine) => {
    const call = `core.explored("test/e2e/browser/lost-update.c", read, wasm, "${engine}")`;
    const there = await inPage(page, call);
    expect(failures).toEqual([]);
    expect(there).toEqual(inNode(call));
    expect(there).toMatchObject({
      errors: 0,
      complete: true,
      outcomes: [{}, {}].map(() => expect.any(String)),
    });
    expect((there as { findings: string[] }).findings.join()).toMatch(/data.race/i);
  });

  it("the page has no Node in it", async () => {
    expect(await page.evaluate("typeof process + typeof require")).toBe("undefinedundefined");
  });
});
