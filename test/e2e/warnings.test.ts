import { describe, expect, test } from "vitest";
import { expectRefused, smplab } from "./program.js";

const ODD = `int main(int argc, char **argv)
{
	unsigned u = 3;
	int i = 2, spare;

	return i < u ? 0 : 1;
}
`;

function warned(...args: string[]): { code: number | null; options: string[]; err: string } {
  const { code, err } = smplab(["run", ...args, "-"], { stdin: ODD });
  return { code, options: [...err.matchAll(/\[(-W[^\]]*)\]$/gm)].map(([, option]) => option!), err };
}

describe("warnings on the command line", () => {
  test("-Wall is on, -Wextra is asked for, a name switches off", () => {
    expect(warned().options).toEqual(["-Wunused-variable"]);
    const all = ["-Wsign-compare", "-Wunused-variable", "-Wunused-parameter", "-Wunused-parameter"];
    expect(warned("-Wextra").options).toEqual(all);
    expect(warned("-Wextra", "-Wno-unused").options).toEqual(["-Wsign-compare"]);
    expect(warned("-Wextra", "-w").options).toEqual([]);
  });

  test("-Werror makes them errors, which end the run", () => {
    const { code, options, err } = warned("-Wextra", "-Werror=sign-compare", "-Wno-unused");
    expect(code).toBe(3);
    expect(options).toEqual(["-Werror=sign-compare"]);
    expect(err).toContain("does not compile");
    expect(warned("-Werror").options).toEqual(["-Werror=unused-variable"]);
  });

  test("an option that nobody knows is refused, one that finds nothing here is named", () => {
    expectRefused(smplab(["run", "-Wnonsense", "-"], { stdin: ODD }), 2, "nonsense");
    const { err, options } = warned("-Wconversion", "-Wno-nonsense");
    expect(err).toContain("warning: smplab does not look for what -Wconversion asks for");
    expect(options).toEqual(["-Wunused-variable"]);
  });

  test("the library's headers are quiet", () => {
    const stdin =
      "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <math.h>\nint main(void) { return 0; }\n";
    expect(smplab(["run", "-Wextra", "-"], { stdin }).err).toBe("");
  });
});
