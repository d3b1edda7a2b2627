import { describe, expect, test } from "vitest";
import { runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <smplab.h>
`;

/** A reader and an updater that gives the old object away; \`give\` is how. */
const updater = (give: string, more = ""): string => `${HEAD}
struct box { int value; struct rcu_head rcu; };
static struct box *shared;
int seen;
static void give_back(struct rcu_head *head)
{
	struct box *old = container_of(head, struct box, rcu);
	kfree(old);
}
void setup(void)
{
	shared = kmalloc(sizeof(*shared), GFP_KERNEL);
	shared->value = 1;
}
void cpu0(void)
{
	struct box *p;
	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p)
		seen = READ_ONCE(p->value);
	rcu_read_unlock();
}
void cpu1(void)
{
	struct box *old = shared;
	rcu_assign_pointer(shared, NULL);
	${give}
}
${more}`;

describe("call_rcu()", () => {
  test("runs the callback once the readers of its beginning are gone: no use after free", () => {
    expect(runAllWays(updater("call_rcu(&old->rcu, give_back);"))).toEqual({
      outcomes: ["seen=0;", "seen=1;"],
      findings: [],
    });
  });
  test("its twin that frees at once is a use after free", () => {
    expect(runAllWays(updater("give_back(&old->rcu);")).findings).toEqual([
      "KASAN: slab-use-after-free Read in cpu0",
    ]);
  });
});
