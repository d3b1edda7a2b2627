// Random loops over arrays, records and pieces of the heap, in C: most accesses are good, some miss their object, meet
// freed or unset memory, are misaligned or write what may only be read. What a compiler could leave out of such loops
// must still be found.

import fc from "fast-check";

const GLOBALS = `void *malloc(unsigned long); void free(void *); int printf(const char *, ...);
struct node { struct node *next; int key; int val; char mark; short pair[2]; long wide; };
int line[12]; int grid[5][7]; short shorts[9]; unsigned char bytes[16]; long longs[6]; const int fixed[4] = { 3, 1, 4, 1 };
struct node pool[4]; struct { int x; struct node in[2]; } nest;
`;

/** In most objects, in some of them, seldom in one. */
const place = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom("i & 3", "j & 3", "s & 3", "u & 3", "k & 3", "0", "3") },
  { weight: 6, arbitrary: fc.constantFrom("i", "j", "(unsigned char)s % 7", "u", "k") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "i + 1",
      "i - 1",
      "j - i",
      "2 * i + 1",
      "n - i",
      "(unsigned)i",
      "k + i",
      "u - 1",
      "i * j",
    ),
  },
);

const cell = fc.oneof(
  place.map((p) => `line[${p}]`),
  fc.tuple(place, place).map(([p, q]) => `grid[${p}][${q}]`),
  place.map((p) => `shorts[${p}]`),
  place.map((p) => `bytes[${p}]`),
  place.map((p) => `longs[${p}]`),
  place.map((p) => `own[${p}]`),
  place.map((p) => `q[${p}]`),
  place.map((p) => `pool[${p}].val`),
  place.map((p) => `nest.in[${p}].pair[1]`),
  place.map((p) => `pool[i].pair[${p}]`),
  fc.constantFrom(
    "p->key",
    "p->val",
    "p->wide",
    "p->mark",
    "p->pair[0]",
    "h->val",
    "h->key",
    "h->wide",
    "*q",
  ),
  place.map((p) => `*(int *)((char *)p + (${p}))`),
);

const value = fc.oneof(
  cell,
  fc.constantFrom("s", "i", "7", "(int)k"),
  fc.tuple(cell, cell).map(([a, b]) => `${a} + ${b}`),
  place.map((p) => `fixed[${p}]`),
);

const statement: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: value.map((v) => `s += ${v};`) },
  { weight: 3, arbitrary: fc.tuple(cell, value).map(([c, v]) => `${c} = ${v};`) },
  { weight: 2, arbitrary: cell.map((c) => `${c} ^= s;`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        value,
        fc.constantFrom("s -= 40;", "s = -s;", "s = k;", "k = i;", "u = s & 7; ", "s = s * 3 + 1;"),
      )
      .map(([v, then]) => `if (s > ${v}) ${then}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "p = p->next;",
      "p = &pool[i & 3];",
      "p = &nest.in[i & 1];",
      "q = line + i;",
      "q = own;",
      "q++;",
      "h->next = p;",
      "h->wide = s;",
      "p = h;",
      "free(h);",
      "k = -k;",
      "u = i;",
      "s += other(p, s);",
      "((int *)fixed)[i & 3] = s + fixed[i & 3];",
      "if (s & 1) continue;",
      "if (s == 5) break;",
    ),
  },
);

const body = fc.array(statement, { minLength: 1, maxLength: 5 }).map((all) => all.join(" "));

const loop = fc
  .tuple(
    fc.constantFrom(
      "for (i = 0; i < 4; i++)",
      "for (i = 1; i <= n; i++)",
      "for (i = 0; i < 7; i++)",
      "for (i = 5; i >= 0; i--)",
      "for (i = 0; i < 9; i += 2)",
      "for (u = 0; u < 6; u++)",
      "for (k = 0; k < 7; k++)",
    ),
    body,
    fc.option(
      fc.tuple(
        fc.constantFrom("for (j = 0; j < 7; j++)", "for (j = i; j < 5; j++)", "while (j-- > 0)"),
        body,
      ),
    ),
    body,
  )
  .map(([head, first, inner, last]) =>
    inner === null ? `${head} { ${first} }` : `${head} { ${first} ${inner[0]} { ${inner[1]} } ${last} }`,
  );

/** A whole program: main() calls a function with a few such loops. */
export const loopsProgram: fc.Arbitrary<string> = fc
  .record({
    loops: fc.array(loop, { minLength: 1, maxLength: 3 }),
    n: fc.integer({ min: 0, max: 8 }),
    set: fc.subarray(["key = 4", "val = 9", "mark = 2", "pair[0] = 3", "wide = 8", "next = pool"]),
  })
  .map(
    ({ loops, n, set }) => `${GLOBALS}
int other(struct node *p, int s) { return p->key < s ? p->val : p->key; }
int work(struct node *p, int *q, int n, struct node *h)
{
  int i = 0, j = 3, s = 1; unsigned u = 2; long k = 1; int own[8];
  for (i = 0; i < 8; i++) own[i] = i * n;
  i = 2;
  ${loops.join("\n  ")}
  return s + i + j + (int)u + (int)k;
}
int main(void)
{
  struct node *h = malloc(sizeof(*h));
  for (int i = 0; i < 4; i++) { pool[i].next = &pool[(i + 1) & 3]; pool[i].key = i * 5; pool[i].wide = i; }
  ${set.map((one) => `h->${one};`).join(" ")}
  int r = work(pool, line, ${n}, h);
  return r + work(pool + 1, line + 1, ${n} / 2, h) + line[3] + grid[1][2] + pool[2].val;
}
`,
  );
