// Programs full of subscripts, in loops and behind conditions, of which some go a little too far: into the same object,
// so that nothing else is wrong with them.

const FUNCTIONS = 40;

export function indexingProgram(seed: number): string {
  let state = (seed * 2654435761) >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % n;
  };
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const lines: string[] = ["struct room { int before[32]; int a[12]; int m[6][5]; int after[64]; };", ""];
  const access = (index: string): string =>
    oneOf([`r->a[${index}]`, `r->m[2][${index}]`, `r->m[(${index}) & 3][1]`, `r->a[(${index}) & 15]`]);
  for (let f = 0; f < FUNCTIONS; f++) {
    const type = oneOf(["int", "unsigned int", "long", "unsigned char", "short"]);
    const bound = 3 + below(11);
    const upward = ["i", "i + 1", "i / 2", "i % 13", "i >> 1", "2 * i", "i & 7", "(char)i"];
    // An unsigned int below zero is far away.
    const index = oneOf(type === "unsigned int" ? upward : [...upward, "i - 1", "n - i"]);
    const loops = [
      `for (${type} i = 0; i < ${bound}; i++)`,
      `for (${type} i = 1; i <= ${bound}; i += ${1 + below(3)})`,
      `for (${type} i = ${bound}; i > 0; i--)`,
      `for (${type} i = ${bound}; i-- > 0;)`,
      `for (${type} i = 0; i != ${bound}; i++)`,
      `for (${type} i = 0; i < n; i++)`,
      `${type} i = n; if (i >= 0 && i < ${bound})`,
      `${type} i = n; if (i > ${below(6)})`,
      `${type} i = n; while (i++ < ${bound})`,
    ];
    lines.push(
      `static int f${f}(struct room *r, int n)`,
      "{",
      "\tint s = 0;",
      `\t${oneOf(loops)}`,
      `\t\ts += ${access(index)};`,
    );
    if (below(2) === 0) lines.push(`\tif (n < ${below(14)})`, `\t\ts -= ${access("n")};`);
    lines.push("\treturn s;", "}", "");
  }
  lines.push("int main(void)", "{", "\tstatic struct room r;", "\tint s = 0;", "");
  for (let f = 0; f < FUNCTIONS; f++)
    for (const n of [below(5), 4 + below(10)]) lines.push(`\ts += f${f}(&r, ${n});`);
  lines.push("\treturn s;", "}", "");
  return lines.join("\n");
}
