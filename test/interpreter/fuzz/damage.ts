// Damaged programs: one token deleted, doubled, replaced or swapped, or the end cut off. The same seed gives the same
// programs, whatever else is installed.

const TOKEN =
  /[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|[<>=!+\-*/%&^|]=|&&|\|\||##|\S|\n+/g;

/** Numbers below n, the same for the same seed (xorshift32). */
export type Random = (n: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** A program and where its own text begins: what stands before (headers) is left whole. */
export interface Program {
  readonly name: string;
  readonly text: string;
  readonly ownFrom: number;
}

/** The program with one damage, or now and then two. */
export function damaged({ text, ownFrom }: Program, random: Random): string {
  const head = text.slice(0, ownFrom);
  let tokens: string[] = text.slice(ownFrom).match(TOKEN) ?? [];
  for (let times = random(5) === 0 ? 2 : 1; times > 0; times--) tokens = damageOnce(tokens, random);
  return `${head}${tokens.join(" ")}\n`;
}

function damageOnce(tokens: string[], random: Random): string[] {
  const places = tokens.flatMap((token, index) => (token.startsWith("\n") ? [] : [index]));
  if (places.length === 0) return tokens;
  const order = random(places.length);
  const here = places[order]!;
  const there = places[random(places.length)]!;
  const next = places[Math.min(order + 1, places.length - 1)]!;
  const swapped = (other: number): string[] => tokens.with(here, tokens[other]!).with(other, tokens[here]!);
  switch (random(7)) {
    case 0:
      return tokens.toSpliced(here, 1);
    case 1:
      return tokens.toSpliced(here, 0, tokens[there]!);
    case 2:
      return tokens.toSpliced(here, 0, tokens[here]!);
    case 3:
      return tokens.slice(0, here);
    case 4:
      return tokens.with(here, tokens[there]!);
    case 5:
      return swapped(there);
    default:
      return swapped(next);
  }
}
