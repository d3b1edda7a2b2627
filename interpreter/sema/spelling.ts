// "Did you mean": the nearest known name, by the measure that gcc uses.
//
// Distance is the optimal string alignment distance (insert, delete, replace, swap neighbours) in half steps, a
// change of case costing one half step. A name is offered only if it is near enough for its length
// (gcc/spellcheck.cc describes the cutoff).

const STEP = 2;

/** The nearest of the candidates, or null. The first one wins among equals. */
export function suggest(goal: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const shortest = Math.abs(candidate.length - goal.length) * STEP;
    if (shortest >= bestDistance || shortest > cutoff(goal.length, candidate.length)) continue;
    const distance = editDistance(goal, candidate);
    if (distance < bestDistance && distance <= cutoff(goal.length, candidate.length)) {
      bestDistance = distance;
      best = candidate;
    }
  }
  // The same name can be met where it means something else; offering it would say nothing.
  return bestDistance === 0 ? null : best;
}

function cutoff(a: number, b: number): number {
  const longest = Math.max(a, b);
  if (longest <= 1) return 0;
  if (longest - Math.min(a, b) <= 1) return STEP * Math.max(Math.floor(longest / 3), 1);
  return Math.floor((STEP * (longest + 2)) / 3);
}

export function editDistance(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: a.length + 1 }, (_, i) => i * STEP);
  for (let j = 1; j <= b.length; j++) {
    const row = [j * STEP];
    for (let i = 1; i <= a.length; i++) {
      const x = a[i - 1]!;
      const y = b[j - 1]!;
      let cost = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 1 : STEP;
      cost += above[i - 1]!;
      cost = Math.min(cost, above[i]! + STEP, row[i - 1]! + STEP);
      if (i > 1 && j > 1 && x === b[j - 2] && a[i - 2] === y) cost = Math.min(cost, twoAbove[i - 2]! + STEP);
      row.push(cost);
    }
    twoAbove = above;
    above = row;
  }
  return above[a.length]!;
}
