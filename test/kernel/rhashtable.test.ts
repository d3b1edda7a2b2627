// Hash tables whose readers take no lock: what they find, and what must wait for them.

import { expect, test } from "vitest";
import { run } from "./support/c-program.js";

const TABLE = `
#include <linux/rhashtable.h>
#include <linux/slab.h>
struct item { int key; int value; struct rhash_head node; };
static const struct rhashtable_params params = {
	.key_len = sizeof(int),
	.key_offset = offsetof(struct item, key),
	.head_offset = offsetof(struct item, node),
};
static struct rhashtable table;
static struct item *make(int key, int value)
{
	struct item *item = kmalloc(sizeof(*item), GFP_KERNEL);

	item->key = key;
	item->value = value;
	return item;
}
static int value_of(int key)
{
	struct item *item = rhashtable_lookup_fast(&table, &key, params);

	return item ? item->value : -1;
}
`;

/** What the variables that are not static end with, in one program without others. */
function values(text: string) {
  const { outcomes, findings } = run(`${TABLE}${text}`);
  return { outcomes: outcomes.map((key) => key.replace(/table[^;]*;\s*/g, "").trim()), findings };
}

test("what is in is found by its key, once, until it is taken out", () => {
  const { findings } = values(`
#include <linux/bug.h>
static int freed;
static void release(void *item, void *arg) { kfree(item); freed++; }
int main(void)
{
	struct item *one, *two, *again, *absent;
	struct rhashtable_params small = params, wrong = { };

	small.max_size = 2;
	if (rhashtable_init(&table, &wrong) != -EINVAL || rhashtable_init(&table, &params))
		return 1;
	one = make(1, 10);
	two = make(2, 20);
	again = make(1, 30);
	absent = make(3, 40);
	if (rhashtable_insert_fast(&table, &one->node, params) || rhashtable_insert_fast(&table, &two->node, params))
		return 2;
	if (value_of(1) != 10 || value_of(2) != 20 || value_of(3) != -1)
		return 3;
	if (rhashtable_lookup_insert_fast(&table, &again->node, params) != -EEXIST || value_of(1) != 10)
		return 4;
	if (rhashtable_lookup_get_insert_fast(&table, &again->node, params) != one)
		return 5;
	if (rhashtable_lookup_insert_fast(&table, &absent->node, small) != -E2BIG || value_of(3) != -1)
		return 6;
	if (rhashtable_remove_fast(&table, &absent->node, params) != -ENOENT)
		return 7;
	if (rhashtable_remove_fast(&table, &one->node, params) || value_of(1) != -1 || value_of(2) != 20)
		return 8;
	if (rhashtable_lookup_insert_fast(&table, &again->node, params) || value_of(1) != 30)
		return 9;
	rhashtable_free_and_destroy(&table, release, NULL);
	kfree(one);
	kfree(absent);
	BUG_ON(freed != 2);
	BUG_ON(value_of(2) != -1);
	WARN(1, "done");
	return 0;
}`);
  expect(findings).toEqual(["WARNING in main"]);
});

/** One inserts, takes out and frees, the other reads. */
const used = (free: string, read: string) => `
int seen;
void setup(void) { rhashtable_init(&table, &params); }
void cpu0(void)
{
	struct item *item = make(1, 10);

	rhashtable_insert_fast(&table, &item->node, params);
	rhashtable_remove_fast(&table, &item->node, params);
	${free}
	kfree(item);
}
void cpu1(void) { ${read} }`;

const INSIDE = `
	int key = 1;
	struct item *item;

	rcu_read_lock();
	item = rhashtable_lookup(&table, &key, params);
	if (item)
		seen = item->value;
	rcu_read_unlock();`;

test("a reader finds all of an object or nothing, and may use it to the end of its section", () => {
  const { outcomes, findings } = values(used("synchronize_rcu();", INSIDE));
  expect(findings).toEqual([]);
  expect(outcomes.map((key) => /seen=(\d+);/.exec(key)?.[1])).toEqual(["0", "10"]);
});

test("what is freed without a grace period, or used behind the section, is used after it was freed", () => {
  const later = "int value = value_of(1); seen = value;";
  for (const text of [used("", INSIDE), used("synchronize_rcu();", later)]) {
    expect(values(text).findings.some((title) => title.startsWith("KASAN: slab-use-after-free Read"))).toBe(
      true,
    );
  }
});

test("of two that insert the same key one is told that it is there", () => {
  const { outcomes, findings } = values(`
static struct item *a, *b;
int first, second;
void setup(void) { rhashtable_init(&table, &params); a = make(1, 10); b = make(1, 20); }
void cpu0(void) { first = rhashtable_lookup_insert_fast(&table, &a->node, params); }
void cpu1(void) { second = rhashtable_lookup_insert_fast(&table, &b->node, params); }`);
  expect(findings.filter((title) => !title.startsWith("memory leak"))).toEqual([]);
  expect(outcomes.map((key) => /first=(-?\d+);.*second=(-?\d+);/.exec(key)?.slice(1)).sort()).toEqual([
    ["-17", "0"],
    ["0", "-17"],
  ]);
});
