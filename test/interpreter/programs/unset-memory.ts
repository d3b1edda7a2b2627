// Random C functions that read, copy and use memory which they have set in part: for comparison with valgrind, line by
// line. One statement a line. What is unset never steers anything but a counter, so that both go the same way.

const PREAMBLE = `#include <stdlib.h>
#include <string.h>
struct s { char c; int i; unsigned a : 3, b : 5, d : 12; long l; short h[3]; };
union u { int i; char c[8]; long l; };
static volatile int four = 4;
static volatile int sink;
static int global;
static long wide;
static void set(int *p) { *p = 7; }
static void maybe(int *p, int yes) { if (yes) *p = 7; }
static void fill(char *p, int n) { for (int i = 0; i < n; i++) p[i] = i; }
static void copy(char *to, const char *from, int n) { for (int i = 0; i < n; i++) to[i] = from[i]; }
`;

/** A generator of numbers below n (xorshift). */
export function random(seed: number): (n: number) => number {
  let x = (seed * 2654435761 + 88172645) | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

/** A program of `count` such functions, called one after the other. */
export function unsetProgram(seed: number, count: number): string {
  const below = random(seed);
  const bodies = Array.from({ length: count }, (_, i) => `static void f${i}(void)\n{\n${body(below)}}\n`);
  const calls = bodies.map((_, i) => `\tf${i}();\n`);
  return `${PREAMBLE}${bodies.join("")}int main(void)\n{\n${calls.join("")}\treturn 0;\n}\n`;
}

function body(below: (n: number) => number): string {
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const record = () => one(["s", "t", "(*p)"]);
  const k = () => below(4);
  const number = () => 1 + below(90);
  const field = () => `${record()}.${one(["c", "i", "a", "b", "d", "l", "h[0]", "h[2]"])}`;
  const scalar = () =>
    one([
      `arr[${k()}]`,
      `vla[${k()}]`,
      field(),
      "x",
      "y",
      "r",
      "w",
      `un.c[${k()}]`,
      "un.i",
      `buf[${k()}]`,
      "heap[1]",
    ]);
  const statement = (): string => {
    switch (below(19)) {
      case 0:
      case 1:
        return `${scalar()} = ${number()};`;
      case 2:
        return `${scalar()} = ${scalar()};`;
      case 3:
        return one(["s = t;", "t = s;", "*p = s;", "t = *p;"]);
      case 4:
        return `memcpy(&t, &s, ${1 + below(24)});`;
      case 5:
        return `memset(${one(["&s", "&t", "arr", "buf", "vla"])}, ${below(2)}, ${1 + below(8)});`;
      case 6:
        return `for (int i = ${below(2)}; i < ${2 + below(3)}; i++) arr[i] = i;`;
      case 7:
        return one([
          "set(&x);",
          "set(&arr[1]);",
          "maybe(&y, four > 5);",
          "maybe(&y, four > 3);",
          "set(&t.i);",
        ]);
      case 8:
        return `fill(buf, ${below(5)});`;
      case 9:
        return `copy((char *)&t, (const char *)&s, ${below(24)});`;
      case 10:
        // gcc knows what x ^ x is.
        return `${scalar()} ^= 5 + ${scalar()};`;
      case 11:
        return `arr[${k()}] = ${scalar()} & ${one(["0xff", "7", "0xff00", "1"])};`;
      case 12:
        return `arr[${k()}] = ${scalar()} ${one(["<<", ">>"])} ${below(9)};`;
      case 13:
        return `un.${one(["i", "l", "c[0]", "c[5]"])} = ${one([String(number()), scalar()])};`;
      case 14:
        return `global = ${scalar()};`;
      case 15:
        return `${scalar()} = global;`;
      case 16:
        return one(["wide = s.l;", "t.l = wide;", "wide = un.l;"]);
      case 17:
        return `${scalar()} = ${scalar()} | ${one(["0xff", "0xf0", "-1"])};`;
      default:
        return `${scalar()} = ${scalar()} + ${number()};`;
    }
  };
  const use = (): string => {
    switch (below(6)) {
      case 0:
        return `if (${scalar()}) sink++;`;
      case 1:
        return `if (${scalar()} == ${number()}) sink++;`;
      case 2:
        return `if (${scalar()} & ${one(["1", "0x80", "0xff", "0xf00"])}) sink++;`;
      case 3:
        return `switch (${scalar()}) { case 3: sink++; }`;
      case 4:
        return `sink += table[${scalar()} & 3];`;
      default:
        return `while (${scalar()} == 99) sink++;`;
    }
  };
  const lines = [
    "struct s s, t;",
    "struct s *p = malloc(sizeof(*p));",
    "int *heap = malloc(8);",
    "int arr[4];",
  ];
  lines.push(
    "int vla[four];",
    "union u un;",
    "char buf[8];",
    "int x;",
    "int y;",
    "static const char table[4];",
  );
  lines.push("int r;", "long w;");
  lines.push("int *px = &x, *py = &y;");
  for (let i = 4 + below(8); i > 0; i--) lines.push(statement());
  for (let i = 1 + below(3); i > 0; i--) lines.push(use(), statement());
  lines.push("(void)px, (void)py;", "free(heap);", "free(p);");
  return lines.map((line) => `\t${line}\n`).join("");
}
