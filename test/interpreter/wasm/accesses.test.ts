// Compiled loops leave out tests of accesses that cannot fail, and make others early or together: what fails must fail
// as in the register machine, at the same place, with the same words.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { agree } from "../../support/agree.js";
import { compileOrThrow } from "../../support/compile-c.js";
import { loopsProgram } from "../../support/loops.js";

const kernel = { objects: ALL_OBJECTS, rules: [] };
const kernelOps = ALL_OBJECTS.map((o) => o.name);
const config = { cpus: 2, preempt: "full", rcu: "preempt", soloSteps: 20_000 } as const;
const heap = "void *malloc(unsigned long); void free(void *);\n";

function end(text: string): string | null {
  const program = compileOrThrow(text, { kernelOps });
  return agree(program, kernel, config, () => 0).end;
}

const RECORD = "struct r { struct r *next; int a; int b; };\n";
const SUM = `${RECORD}int sum(struct r *p) { int s = 0; while (p) { s += p->a + p->b; p = p->next; } return s; }\n`;

const programs: Record<string, { end: string; text: string }> = {
  "an index that intervals keep inside": {
    end: "finished",
    text: "int g[6][9]; int main(void) { int s = 0; for (int i = 0; i < 6; i++) for (int j = 8; j >= 0; j--) { g[i][j] = i - j; s += g[5 - i][j]; } return s; }",
  },
  "an index without sign that goes below zero": {
    end: "fatal",
    text: "int a[8]; int main(void) { int s = 0; for (int i = 0; i < 8; i++) s += a[i]; for (unsigned u = 7; u < 8 || u > 9; u--) s += a[u]; return s; }",
  },
  "an index beyond 32 bits": {
    end: "fatal",
    text: "int a[8]; long step = 0x100000000; int main(void) { int s = 0; for (long k = 0; k < 8 * step; k += step) s += a[k]; return s; }",
  },
  "a row too far, inside the whole": {
    end: "finished",
    text: "int g[3][4]; int n = 5; int main(void) { int s = 0; for (int j = 0; j < n; j++) s += g[1][j]; return s; }",
  },
  "an array from its end, counted in 64 bits": {
    end: "finished",
    text: "int a[8]; int main(void) { int s = 0; for (long k = 0; k < 8; k++) { a[7 - k] = k; s = s * 3 + a[7 - k]; } return s; }",
  },
  "an object in front of the array, reached by a negative constant": {
    end: "fatal",
    text: "int a[8]; int n = 3; int main(void) { int s = 0; for (int i = 0; i < n; i++) s += a[i - 1]; return s; }",
  },
  "three fields of good records": {
    end: "finished",
    text: `${SUM}struct r x[3] = { { x + 1, 1, 2 }, { x + 2, 3, 4 }, { 0, 5, 6 } }; int main(void) { return sum(x); }`,
  },
  "fields of a record that ends too early": {
    end: "fatal",
    text: `${heap}${SUM}int main(void) { struct r *p = malloc(12); p->next = 0; p->a = 1; return sum(p); }`,
  },
  "fields of a record with one not set": {
    end: "finished",
    text: `${heap}${SUM}int main(void) { struct r *p = malloc(16); p->next = 0; p->a = 1; int s = sum(p); p->b = 2; return s + sum(p); }`,
  },
  "fields of a record of the heap with a gap": {
    end: "finished",
    text: `${heap}struct g { char c; int a; short s; long l; }; int main(void) { struct g *p = malloc(sizeof(*p)); p->c = 1; p->a = 2; p->s = 3; p->l = 4; int t = 0; for (int i = 0; i < 5; i++) t += p->c + p->a + p->s + (int)p->l; return t; }`,
  },
  "fields of a misaligned record": {
    end: "finished",
    text: `${SUM}char room[40]; int main(void) { struct r *p = (struct r *)(room + 4); p->next = 0; p->a = 7; return sum(p); }`,
  },
  "fields of a record at the end of nothing": {
    end: "fatal",
    text: `${SUM}int main(void) { return sum((struct r *)-8L); }`,
  },
  "a field of a record that is freed between two of its loads": {
    end: "fatal",
    text: `${heap}struct r { long a; long b; }; int take(struct r *p) { int s = 0; for (int i = 0; i < 3; i++) { s += p->a; if (i == 1) free(p); s += p->b; } return s; }
      int main(void) { struct r *p = malloc(16); p->a = 1; p->b = 2; return take(p); }`,
  },
  "a field that is read again behind a free": {
    end: "fatal",
    text: `${heap}int take(int *p) { int s = 0; for (int i = 0; i < 3; i++) { s += *p; free(p); s += *p; } return s; }
      int main(void) { int *p = malloc(4); *p = 1; return take(p); }`,
  },
  "fields that are read together with one behind a free": {
    end: "fatal",
    text: `${heap}${RECORD}int take(struct r *p) { int s = p->next == 0; free(p); return s + p->a + p->b; }
      int main(void) { struct r *p = malloc(16); p->next = 0; p->a = p->b = 2; return take(p); }`,
  },
  "a part of what was read, misaligned": {
    end: "finished",
    text: "long x = 5; long f(long *p) { return *p + *(int *)((char *)p + 2); } int main(void) { return f(&x); }",
  },
  "what was read of a packed record, as if it were aligned": {
    end: "finished",
    text: "struct __attribute__((packed)) r { char c; long l; } x[2]; long f(struct r *p) { long *l = &p->l; return p->l + *l; } int main(void) { return f(x); }",
  },
  "a store behind a load of what may only be read": {
    end: "fatal",
    text: "const int c[2] = { 1, 2 }; void up(int *p) { for (int i = 0; i < 2; i++) p[i] += p[i] == 2; } int main(void) { up((int *)c); return 0; }",
  },
  "a pointer that changes between two loads": {
    end: "fatal",
    text: "long a[3]; long f(long *p) { long s = 0; for (int i = 0; i < 5; i++) { s += *p; p++; s += *p; } return s; } int main(void) { return f(a); }",
  },
  "two values that one branch changes": {
    end: "finished",
    text: "int f(int x) { int y = 0; for (int i = 0; i < 20; i++) { x = x * 5 + i; if (x > 50) { y += 3; x = 7; } } return x * 100 + y; } int main(void) { return f(3); }",
  },
  "values chosen without a branch": {
    end: "finished",
    text: "int f(int x, int m) { int most = m; for (int i = 0; i < 20; i++) { x = x * 5 + i; if (x > 90) x -= 91; if (x < 0) x = -x; if (x > most) most = x; } return x * 100 + most; } int main(void) { return f(3, 4); }",
  },
};

describe("engines agree on", () => {
  for (const [name, one] of Object.entries(programs)) it(name, () => expect(end(one.text)).toBe(one.end));

  it("random loops, good and bad", { timeout: 120_000 }, () => {
    const ends = new Map<string | null, number>();
    fc.assert(
      fc.property(loopsProgram, (text) => {
        const how = end(text);
        ends.set(how, (ends.get(how) ?? 0) + 1);
      }),
      { numRuns: 80, seed: 11 },
    );
    // Neither all good nor all bad, or nothing would be learnt.
    expect(ends.get("finished")).toBeGreaterThan(10);
    expect(ends.get("fatal")).toBeGreaterThan(10);
  });
});
