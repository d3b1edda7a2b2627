import { describe, expect, it } from "vitest";
import { type End, endsOf, keepsPromises } from "./protocol.js";

const text = ({ mapped, flag, owner, from, to }: End): string =>
  `mapped=${mapped} flag=${flag} owner=${owner} from=${from} to=${to}`;

const broken = (ends: readonly End[]): string[] =>
  ends
    .filter((end) => !keepsPromises(end))
    .map(text)
    .sort();

describe("the protocol of the founding patch, modelled by hand", () => {
  it("a map alone, an unmap alone and a move alone keep all promises on every side", () => {
    for (const side of ["before", "after", "without synchronize_rcu"] as const) {
      expect(broken(endsOf(side, ["M"], 0))).toEqual([]);
      expect(broken(endsOf(side, ["U"], 1))).toEqual([]);
      expect(broken(endsOf(side, ["R"], 1))).toEqual([]);
    }
  });

  it("map against unmap: only the patch loses the flag, to a late clear", () => {
    expect(broken(endsOf("before", ["M", "U"], 1))).toEqual([]);
    expect(broken(endsOf("after", ["M", "U"], 1))).toEqual(["mapped=1 flag=0 owner=0 from=1 to=0"]);
  });

  it("map against move: the patch counts for the old group when a reader outlives the whole move", () => {
    expect(broken(endsOf("before", ["M", "R"], 0))).toEqual([]);
    expect(broken(endsOf("after", ["M", "R"], 0))).toEqual(["mapped=1 flag=1 owner=1 from=1 to=0"]);
  });

  it("map, unmap and move: both sides move one count for a page that has none or two", () => {
    expect(broken(endsOf("before", ["M", "U", "R"], 1))).toEqual([
      "mapped=1 flag=1 owner=1 from=-1 to=2",
      "mapped=1 flag=1 owner=1 from=1 to=0",
    ]);
  });

  it("without the grace period a wrong count can be made while the move is still on its way", () => {
    const wrongWhileMoving = (side: "after" | "without synchronize_rcu"): string[] =>
      broken(endsOf(side, ["ML", "R"], 0).filter(({ moving }) => moving === 1));
    expect(wrongWhileMoving("after")).toEqual([]);
    expect(wrongWhileMoving("without synchronize_rcu")).toEqual(["mapped=1 flag=1 owner=1 from=1 to=0"]);
  });
});
