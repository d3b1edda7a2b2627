// Sleepable RCU in C programs: readers inside when a grace period begins are waited for, in their own domain only.

import { expect, test } from "vitest";
import { runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/srcu.h>
#include <linux/delay.h>
DEFINE_STATIC_SRCU(one);
DEFINE_STATIC_SRCU(two);
int published = 1, gone, saw;
`;

const reader = (enter: string, leave: string): string => `
void cpu0(void)
{
	${enter}
	if (READ_ONCE(published)) {
		msleep(1);
		saw = 1 + READ_ONCE(gone);
	}
	${leave}
}`;

const WRITER = `
void cpu1(void) { WRITE_ONCE(published, 0); synchronize_srcu(&one); WRITE_ONCE(gone, 1); }`;

const SAFE = ["gone=1; published=0; saw=0;", "gone=1; published=0; saw=1;"];

test("who was inside when a grace period began has left when it ends", () => {
  const inside = reader("int idx = srcu_read_lock(&one);", "srcu_read_unlock(&one, idx);");
  expect(runAllWays(HEAD + inside + WRITER)).toEqual({ outcomes: SAFE, findings: [] });
});

test("readers of another domain are not waited for", () => {
  const inside = reader("int idx = srcu_read_lock(&two);", "srcu_read_unlock(&two, idx);");
  expect(runAllWays(HEAD + inside + WRITER).outcomes).toEqual([...SAFE, "gone=1; published=0; saw=2;"]);
});

test("sections nest, and the outermost one counts", () => {
  const inside = reader(
    "int outer = srcu_read_lock(&one), inner = srcu_read_lock(&one); srcu_read_unlock(&one, inner);",
    "srcu_read_unlock(&one, outer);",
  );
  expect(runAllWays(HEAD + inside + WRITER).outcomes).toEqual(SAFE);
});

test("a grace period inside its own reader never ends, and is told", () => {
  const text = `${HEAD}
void cpu0(void) { int idx = srcu_read_lock(&one); synchronize_srcu(&one); srcu_read_unlock(&one, idx); }`;
  const { outcomes, findings } = runAllWays(text);
  expect(outcomes).toEqual(["[deadlock]"]);
  expect(findings).toContain("WARNING: suspicious RCU usage in cpu0");
});

test("a dereference wants the domain's lock", () => {
  const text = (domain: string) => `${HEAD}
static int *shared;
void cpu0(void)
{
	int idx = srcu_read_lock(&${domain});
	int *p = srcu_dereference(shared, &one);

	saw = p != NULL;
	srcu_read_unlock(&${domain}, idx);
}`;
  expect(runAllWays(text("one")).findings).toEqual([]);
  expect(runAllWays(text("two")).findings).toEqual(["WARNING: suspicious RCU usage in cpu0"]);
});
