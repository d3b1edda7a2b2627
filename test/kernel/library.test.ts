// Data structures of the kernel's library, in use by several CPUs: idr, kfifo, percpu_ref, waiting for a bit.

import { describe, expect, test } from "vitest";
import { run } from "./support/c-program.js";

/** Outcomes with only these variables, and titles. Plain C over tested primitives: one search is enough. */
function look(text: string, names: readonly string[]) {
  const { outcomes, findings } = run(text);
  const shown = outcomes.map((key) =>
    key.startsWith("[")
      ? key
      : key
          .split(" ")
          .filter((part) => names.includes(part.split("=")[0]!))
          .join(" "),
  );
  return { outcomes: [...new Set(shown)].sort(), findings };
}

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

describe("linux/idr.h", () => {
  test("gives the lowest free number, finds, replaces, walks and forgets", () => {
    const text = `
#include <linux/idr.h>
static DEFINE_IDR(idr);
static int x[4];
int a, b, c, d, e, found, gone, walked, full, cyclic, empty;
int main(void)
{
	int *p, id;

	a = idr_alloc(&idr, &x[0], 0, 0, GFP_KERNEL);
	b = idr_alloc(&idr, &x[1], 5, 7, GFP_KERNEL);
	c = idr_alloc(&idr, &x[2], 5, 7, GFP_KERNEL);
	full = idr_alloc(&idr, &x[3], 5, 7, GFP_KERNEL);
	found = idr_find(&idr, 6) == &x[2] && !idr_find(&idr, 4) && idr_replace(&idr, &x[3], 6) == &x[2];
	idr_for_each_entry(&idr, p, id)
		walked = 10 * walked + (int)(p - x) + id;
	gone = idr_remove(&idr, 5) == &x[1] && !idr_remove(&idr, 5);
	d = idr_alloc(&idr, &x[1], 0, 6, GFP_KERNEL);
	idr_remove(&idr, 1);
	cyclic = idr_alloc_cyclic(&idr, &x[1], 1, 4, GFP_KERNEL);
	e = idr_alloc_cyclic(&idr, &x[1], 1, 4, GFP_KERNEL);
	idr_destroy(&idr);
	empty = idr_is_empty(&idr);
	return 0;
}`;
    expect(
      look(text, ["a", "b", "c", "d", "e", "found", "gone", "walked", "full", "cyclic", "empty"]),
    ).toEqual(clean("a=0; b=5; c=6; cyclic=1; d=1; e=2; empty=1; found=1; full=-28; gone=1; walked=69;"));
  });

  const READER = (lock: string, unlock: string) => `
#include <linux/idr.h>
struct item { int value; struct rcu_head rcu; };
static DEFINE_IDR(idr);
int seen;
void setup(void)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	item->value = 7;
	idr_alloc(&idr, item, 1, 0, GFP_KERNEL);
}
void cpu0(void)
{
	struct item *item;

	${lock}
	item = idr_find(&idr, 1);
	if (item)
		seen = READ_ONCE(item->value);
	${unlock}
}
void cpu1(void)
{
	struct item *item = idr_remove(&idr, 1);

	kfree_rcu(item, rcu);
}`;

  test("is looked at beside a removal by readers of RCU, and by nobody else", () => {
    expect(look(READER("rcu_read_lock();", "rcu_read_unlock();"), ["seen"])).toEqual(
      clean("seen=0;", "seen=7;"),
    );
    expect(look(READER("", ""), ["seen"]).findings).toContain("KASAN: slab-use-after-free Read in cpu0");
  });

  test("an ida locks for itself", () => {
    expect(
      look(
        `
#include <linux/idr.h>
static DEFINE_IDA(ida);
int a, b;
void cpu0(void) { a = ida_alloc(&ida, GFP_KERNEL); }
void cpu1(void) { b = ida_alloc(&ida, GFP_KERNEL); }`,
        ["a", "b"],
      ),
    ).toEqual(clean("a=0; b=1;", "a=1; b=0;"));
    const { findings } = look(
      `
#include <linux/idr.h>
static DEFINE_IDA(ida);
void cpu0(void) { ida_free(&ida, 3); }`,
      [],
    );
    expect(findings).toEqual(["WARNING in ida_free"]);
  });
});

describe("linux/kfifo.h", () => {
  test("holds as many as it has room for, in their order", () => {
    expect(
      look(
        `
#include <linux/kfifo.h>
struct event { int kind; long when; };
static DEFINE_KFIFO(fifo, struct event, 4);
static DECLARE_KFIFO_PTR(bytes, char);
int put, sum, left, made, text;
int main(void)
{
	struct event event;
	char buf[8] = "";
	int i;

	for (i = 1; i < 7; i++)
		put += kfifo_put(&fifo, ((struct event){ i, 10 * i }));
	while (kfifo_get(&fifo, &event))
		sum = 10 * sum + event.kind;
	left = kfifo_len(&fifo) + 10 * kfifo_avail(&fifo) + 100 * kfifo_is_empty(&fifo);
	made = kfifo_alloc(&bytes, 5, GFP_KERNEL) == 0 && kfifo_size(&bytes) == 8;
	kfifo_in(&bytes, "hello", 5);
	kfifo_in(&bytes, "world", 5);
	text = kfifo_out(&bytes, buf, 7) == 7 && !strcmp(buf, "hellowo") && kfifo_len(&bytes) == 1;
	kfifo_free(&bytes);
	return 0;
}`,
        ["put", "sum", "left", "made", "text"],
      ),
    ).toEqual(clean("left=140; made=1; put=4; sum=1234; text=1;"));
  });

  const TWO = (writer: string) => `
#include <linux/kfifo.h>
static DEFINE_KFIFO(fifo, int, 2);
static DEFINE_SPINLOCK(lock);
int got, bad;
static void write(int value) { ${writer} }
void cpu0(void) { write(1); }
void cpu1(void)
{
	int value = 0;

	if (kfifo_get(&fifo, &value)) {
		got = 1;
		bad = value != 1;
	}
}`;

  test("one reader and one writer need no lock, two writers do", () => {
    expect(look(TWO("kfifo_put(&fifo, value);"), ["got", "bad"])).toEqual(
      clean("bad=0; got=0;", "bad=0; got=1;"),
    );
    const both = (writer: string) =>
      `${TWO(writer).replace("void cpu1(void)", "void cpu2(void)")}\nvoid cpu1(void) { write(1); }`;
    expect(look(both("kfifo_put(&fifo, value);"), ["got"]).findings).toContain(
      "KCSAN: data-race in __kfifo_in / __kfifo_in",
    );
    expect(look(both("kfifo_in_spinlocked(&fifo, &value, 1, &lock);"), ["got", "bad"])).toEqual(
      clean("bad=0; got=0;", "bad=0; got=1;"),
    );
  });
});

describe("linux/percpu-refcount.h", () => {
  const REF = (user: string) => `
#include <linux/percpu-refcount.h>
static struct percpu_ref ref;
int released, used, dead;
static void release(struct percpu_ref *r) { WRITE_ONCE(released, READ_ONCE(released) + 1); }
void setup(void) { percpu_ref_init(&ref, release, 0, GFP_KERNEL); }
void cpu0(void) { ${user} }
void cpu1(void) { percpu_ref_kill(&ref); }
`;

  test("release() comes once, when nobody has a reference any more", () => {
    const user = `if (percpu_ref_tryget_live(&ref)) {
		WARN_ON(READ_ONCE(released));
		WRITE_ONCE(used, 1);
		percpu_ref_put(&ref);
	}`;
    expect(look(REF(user), ["released", "used"])).toEqual(
      clean("released=1; used=0;", "released=1; used=1;"),
    );
  });

  test("a reference too many given back is told, one that is kept keeps it", () => {
    expect(look(REF("percpu_ref_put(&ref);"), ["released"]).findings).toContain(
      "WARNING in __smplab_ref_switched",
    );
    expect(look(REF("if (percpu_ref_tryget_live(&ref)) used = 1;"), ["released", "used"])).toEqual(
      clean("released=0; used=1;", "released=1; used=0;"),
    );
  });
});

describe("linux/wait_bit.h", () => {
  const BIT = (wake: string) => `
#include <linux/wait_bit.h>
static unsigned long flags = 1 << 3 | 1 << 5;
int data, seen;
void cpu0(void) { wait_on_bit(&flags, 3, TASK_UNINTERRUPTIBLE); seen = READ_ONCE(data); }
void cpu1(void) { WRITE_ONCE(data, 1); ${wake} }`;

  test("waits until the bit is clear and somebody says so", () => {
    expect(look(BIT("clear_and_wake_up_bit(3, &flags);"), ["seen"])).toEqual(clean("seen=1;"));
  });

  test.each([
    ["nobody says so", "clear_bit(3, &flags);"],
    ["another bit is named", "clear_bit(3, &flags); wake_up_bit(&flags, 5);"],
    ["it is said too soon", "wake_up_bit(&flags, 3); clear_bit(3, &flags);"],
  ])("hangs where %s", (_, wake) => {
    const { outcomes, findings } = look(BIT(wake), ["seen"]);
    expect(outcomes).toEqual(["[deadlock]", "seen=1;"]);
    expect(findings).toEqual(["INFO: task hung in wait_on_bit"]);
  });

  test("a bit is a lock whose waiters sleep", () => {
    expect(
      look(
        `
#include <linux/wait_bit.h>
static unsigned long flags;
int n;
static void work(void)
{
	wait_on_bit_lock(&flags, 0, TASK_UNINTERRUPTIBLE);
	n++;
	clear_and_wake_up_bit(0, &flags);
}
void cpu0(void) { work(); }
void cpu1(void) { work(); }`,
        ["n"],
      ),
    ).toEqual(clean("n=2;"));
  });

  test("a variable, and a time that is over", () => {
    expect(
      look(
        `
#include <linux/wait_bit.h>
#include <linux/atomic.h>
static atomic_t users = ATOMIC_INIT(1);
int late, left;
void cpu0(void)
{
	left = wait_var_event_timeout(&users, atomic_read(&users) == 0, 9);
	wait_var_event(&users, atomic_read(&users) == 0);
	late = atomic_read(&users);
}
void cpu1(void) { if (atomic_dec_and_test(&users)) wake_up_var(&users); }`,
        ["late", "left"],
      ),
    ).toEqual(clean("late=0; left=0;", "late=0; left=9;"));
  });
});

test("linux/random.h: the same numbers in each run, in their range", () => {
  expect(
    look(
      `
#include <linux/random.h>
int fits, same;
int main(void)
{
	unsigned char bytes[3];

	get_random_bytes(bytes, sizeof(bytes));
	fits = get_random_u32_below(7) < 7 && get_random_u32_inclusive(3, 4) - 3 < 2;
	same = get_random_u32() == get_random_u32() && bytes[0] == bytes[2];
	return 0;
}`,
      ["fits", "same"],
    ),
  ).toEqual(clean("fits=1; same=1;"));
});
