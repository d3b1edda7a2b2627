import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeToken, encodeToken, type ReplayToken } from "../../../src/report/token.js";

const review: ReplayToken = {
  kind: "review",
  side: "after",
  patch: { shipped: true, path: "patches/samples/2010-09-13-memcg-file-mapped.txt" },
  index: 0,
  version: 0,
  only: "",
  tree: { shipped: true, path: "kernel/tree" },
  scenario: { shipped: true, path: "kernel/scenarios/memcg_map_move.c" },
  case: "memcg.map_against_move",
  config: { cpus: 2, preempt: "full", rcu: "preempt" },
  hash: 0xdeadbeef,
  schedule: [1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
};

const path = fc.record({ shipped: fc.boolean(), path: fc.string() });
const config = fc.record({
  cpus: fc.integer({ min: 1, max: 8 }),
  preempt: fc.constantFrom("none" as const, "full" as const),
  rcu: fc.constantFrom("preempt" as const, "sched" as const),
});
const common = {
  tree: path,
  case: fc.string(),
  config,
  hash: fc.integer({ min: 0, max: 0xffffffff }),
  schedule: fc.array(fc.integer({ min: 0, max: 200 })),
};
const anyToken: fc.Arbitrary<ReplayToken> = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), file: path, ...common }),
  fc.record({
    kind: fc.constant("review" as const),
    side: fc.constantFrom("before" as const, "after" as const),
    patch: path,
    index: fc.nat(300),
    version: fc.nat(20),
    only: fc.string(),
    scenario: path,
    ...common,
  }),
);

test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(anyToken, (token) => {
      expect(decodeToken(encodeToken(token))).toEqual({ ok: true, token });
    }),
  );
});

test("a schedule of long turns takes a byte for eight steps", () => {
  const empty = encodeToken({ ...review, schedule: [] }).length;
  const long = encodeToken({ ...review, schedule: new Array(240).fill(3) }).length;
  expect(long - empty).toBeLessThanOrEqual(40);
  expect(encodeToken(review)).toMatch(/^v1:[A-Za-z0-9_-]+$/);
});

test("a token with one wrong character is refused, never read as another run", () => {
  const token = encodeToken(review);
  for (let i = 3; i < token.length; i++) {
    const other = token[i] === "A" ? "B" : "A";
    const parsed = decodeToken(token.slice(0, i) + other + token.slice(i + 1));
    expect([i, parsed.ok]).toEqual([i, false]);
  }
});

test("what is no token says so", () => {
  const messages = ["", "hello", "v2:AAAA", "v1:", "v1:AAAA", encodeToken(review).slice(0, -3)].map(
    (text) => {
      const parsed = decodeToken(text);
      return parsed.ok ? "accepted" : parsed.message;
    },
  );
  expect(messages).toEqual([
    '"" is no replay token: it must begin with v1:',
    '"hello" is no replay token: it must begin with v1:',
    "the token is of version 2, this smplab reads version 1",
    "the token is damaged: its checksum does not fit",
    "the token is damaged: its checksum does not fit",
    "the token is damaged: its checksum does not fit",
  ]);
});

test("random bytes never make the decoder throw or hang", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      decodeToken(`v1:${Buffer.from(bytes).toString("base64url")}`);
    }),
  );
});
