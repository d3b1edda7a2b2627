// Runs a little of everything in a packed folder, so that V8 compiles what most commands need, and keeps that code
// beside the files (src/front/load.cts).
//
//   node scripts/warm.cjs FOLDER [FILE ...]     the FILEs are loaded first, as those that set options of V8 must be
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [folder, ...first] = process.argv.slice(2);
const { load, keep } = require(join(folder, "load.cjs"));
const root = join(__dirname, "..");
const mail = join(root, "patches", "samples", "2010-09-13-memcg-file-mapped.txt");

async function work() {
  for (const file of first) load(file);
  const { main } = load("program.js");
  const io = {
    out: () => {},
    err: () => {},
    readStdin: async () => new Uint8Array(0),
    stdinIsTty: false,
    outIsTty: false,
    errIsTty: false,
    columns: 100,
    cwd: root,
    exitCode: 0,
  };
  const applying = "test/e2e/applying";
  const widget = "test/patches/fixtures/widget";
  for (const line of [
    `apply ${mail}`,
    `apply ${mail} --tree ${widget}/before`,
    `apply ${applying}/mail.txt --tree ${applying}/tree`,
    `apply ${applying}/page.txt --tree ${applying}/tree`,
    `apply ${applying}/thread.mbox --tree ${applying}/tree`,
    `series ${widget}/series.mbox`,
    `apply ${widget}/series.mbox --tree ${widget}/before`,
    `apply ${widget}/series.mbox --tree ${widget}/after`,
    `apply ${widget}/series.mbox --tree ${applying}/tree`,
    `apply ${widget}/series.mbox --tree ${widget}/after --only 2 --fuzz 2 -v`,
    `apply ${widget}/series.mbox --tree ${widget}/before --only 1 --3way`,
    "run test/e2e/programs/lost-update.c --jobs 1",
  ]) {
    await main(line.split(" "), io);
  }
  // As the command does, but searching in this thread.
  const {
    compiler,
    diskTree,
    loadParser,
    localExplorer,
    reviewPatch,
    reviewText,
    shippedKernel,
    shippedTree,
  } = load("index.js");
  const { readMail } = load("patches.js");
  const kernel = shippedKernel();
  const reviewed = await reviewPatch(
    {
      mail: readMail(readFileSync(mail)).mails[0],
      input: mail,
      tree: diskTree(shippedTree()),
      treeName: "kernel/tree",
      scenarios: ["kernel/scenarios/memcg/two_mappers_two_cpus.c"],
      wish: {},
    },
    {
      kernel,
      explorer: localExplorer(kernel),
      compiler: compiler((await loadParser()).port),
      seconds: 20,
      tokenOf: () => "",
      packageRoot: root,
      cwd: root,
    },
  );
  if (!reviewed.ok) throw new Error(`the founding patch cannot be reviewed: ${JSON.stringify(reviewed)}`);
  const same = (text) => text;
  const style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
  reviewText(reviewed.review, { style, width: 100, verbose: false });
  keep();
}

work().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
