// CPUs that go and come, in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/cpu.h>
#include <linux/percpu.h>
#include <linux/timer.h>
#include <linux/interrupt.h>
#include <smplab.h>
static DEFINE_PER_CPU(int, count);
static struct timer_list timer;
int base, sum, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

describe("cpu_down()", () => {
  test("takes the CPU out of the online ones, cpu_up() brings it back", () => {
    const text = `${HEAD}
void cpu0(void)
{
	int cpu;
	seen = cpu_down(1);
	for_each_online_cpu(cpu)
		sum += 1 + cpu;
	sum += 100 * num_online_cpus() + 1000 * cpu_online(1) + 10000 * cpumask_weight(cpu_online_mask);
	seen += cpu_up(1);
	base = num_online_cpus();
}`;
    expect(run(text, { cpus: 3 })).toEqual(clean("base=3; seen=0; sum=20204;"));
    expect(
      run(`${HEAD} void cpu0(void) { seen = cpu_down(1); sum = cpu_down(0); base = cpu_down(1); }`, {
        cpus: 2,
      }).outcomes,
    ).toEqual(["base=-16; seen=0; sum=-16;"]);
  });

  // The kernel's "percpu_counter: hotplug race": a CPU that goes takes its count with it unless somebody folds it.
  const counter = (notifier: string, read: string): string => `${HEAD}
static int fold(struct notifier_block *nb, unsigned long action, void *hcpu)
{
	int cpu = (unsigned long)hcpu;

	if (action == CPU_DEAD) {
		base += per_cpu(count, cpu);
		per_cpu(count, cpu) = 0;
	}
	return NOTIFY_OK;
}
static void read_sum(void)
{
	int cpu;

	${read.includes("lock") ? "get_online_cpus();" : ""}
	sum = base;
	for_each_online_cpu(cpu)
		sum += per_cpu(count, cpu);
	${read.includes("lock") ? "put_online_cpus();" : ""}
}
void setup(void) { ${notifier} per_cpu(count, 1) = 5; (void)fold; }
void cpu0(void) { cpu_down(1); ${read === "after" ? "read_sum();" : ""} }
${read === "after" ? "" : "void cpu2(void) { read_sum(); }"}`;

  test("calls the notifiers, so that a count is not lost with its CPU", () => {
    expect(run(counter("hotcpu_notifier(fold, 0);", "after"), { cpus: 2 })).toEqual(
      clean("base=5; seen=0; sum=5;"),
    );
    expect(run(counter("", "after"), { cpus: 2 })).toEqual(clean("base=0; seen=0; sum=0;"));
  });

  test("beside a sum over the online CPUs makes it short, unless that keeps CPUs from going", () => {
    expect(runAllWays(counter("hotcpu_notifier(fold, 0);", "lock"), { cpus: 3 })).toEqual(
      clean("base=5; seen=0; sum=5;"),
    );
    const race = run(counter("hotcpu_notifier(fold, 0);", "race"), { cpus: 3 });
    expect(race.outcomes).toContain("base=5; seen=0; sum=0;");
  });

  test("waits for code that keeps the CPU, and moves what is pending there", () => {
    const text = (section: string) => `${HEAD}
static void handler(struct timer_list *t) { base = 1 + raw_smp_processor_id(); }
void setup(void) { timer_setup(&timer, handler, 0); }
void cpu1(void) { ${section} }
void cpu0(void) { cpu_down(1); }`;
    expect(
      runAllWays(text("preempt_disable(); seen = cpu_online(1) - cpu_online(1); preempt_enable();")).outcomes,
    ).toEqual(["base=0; seen=0; sum=0;"]);
    expect(runAllWays(text("mod_timer(&timer, 1);")).outcomes).toEqual([
      "base=1; seen=0; sum=0;",
      "base=2; seen=0; sum=0;",
    ]);
  });

  test("calls the states that were set up, and their setup runs for the CPUs of now", () => {
    const text = `${HEAD}
static int up(unsigned int cpu) { sum = 10 * sum + 1 + cpu; return 0; }
static int down(unsigned int cpu) { sum = 10 * sum + 5 + cpu; return 0; }
void cpu0(void)
{
	seen = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test", up, down) == CPUHP_AP_ONLINE_DYN;
	cpu_down(1);
	cpu_up(1);
}`;
    expect(run(text, { cpus: 2 })).toEqual(clean("base=0; seen=1; sum=1262;"));
  });

  test("may be refused", () => {
    const text = `${HEAD}
static int refuse(struct notifier_block *nb, unsigned long action, void *hcpu) { return action == CPU_DOWN_PREPARE ? NOTIFY_BAD : NOTIFY_OK; }
void cpu0(void) { hotcpu_notifier(refuse, 0); seen = cpu_down(1); sum = num_online_cpus(); }`;
    expect(run(text, { cpus: 2 })).toEqual(clean("base=0; seen=-1; sum=2;"));
  });
});

describe("a CPU that goes by itself", () => {
  const goes = (changes: number, more: string) => `${HEAD}
static int up(unsigned int cpu) { seen = 10 * seen + 1; return 0; }
static int down(unsigned int cpu) { seen = 10 * seen + 2; return 0; }
void setup(void)
{
	cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "test", up, down);
	smplab_cpu_hotplug(1, ${changes});
}
${more}`;

  test("goes and comes as often as the scenario allows, or not at all, and calls its states", () => {
    const text = (changes: number) => goes(changes, "void cpu0(void) { sum = 1; }");
    expect(runAllWays(text(0), { cpus: 2 }).outcomes).toEqual(["base=0; seen=0; sum=1;"]);
    expect(runAllWays(text(1), { cpus: 2 }).outcomes).toEqual([
      "base=0; seen=0; sum=1;",
      "base=0; seen=2; sum=1;",
    ]);
    expect(run(text(3), { cpus: 2 }).outcomes.sort()).toEqual([
      "base=0; seen=0; sum=1;",
      "base=0; seen=212; sum=1;",
      "base=0; seen=21; sum=1;",
      "base=0; seen=2; sum=1;",
    ]);
  });

  test("may go between any two steps of a task, unless that keeps CPUs from changing", () => {
    const text = (before: string, after: string) =>
      goes(1, `void cpu0(void) { ${before} sum = num_online_cpus(); base = num_online_cpus(); ${after} }`);
    const differs = (text: string) =>
      run(text, { cpus: 2 }).outcomes.some((outcome) => /base=1;.*sum=2;/.test(outcome));
    expect(differs(text("", ""))).toBe(true);
    expect(differs(text("cpus_read_lock();", "cpus_read_unlock();"))).toBe(false);
    // As under stop_machine(): every CPU has to give way.
    expect(differs(text("preempt_disable();", "preempt_enable();"))).toBe(false);
  });

  test("takes a count with it that nobody folds", () => {
    const text = goes(
      1,
      "void cpu1(void) { preempt_disable(); __this_cpu_inc(count); preempt_enable(); } void cpu0(void) { int cpu; for_each_online_cpu(cpu) sum += per_cpu(count, cpu) & 1; }",
    );
    expect(run(text, { cpus: 2 }).outcomes.some((outcome) => outcome.includes("seen=2; sum=0;"))).toBe(true);
  });

  test("nobody is moved to it while it is gone, so what its callback folds is all of it", () => {
    const { outcomes, findings } = run(
      `
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/percpu.h>
#include <smplab.h>
static DEFINE_PER_CPU(int, count);
static int folded;
static int dead(unsigned int cpu)
{
	folded += per_cpu(count, cpu);
	per_cpu(count, cpu) = 0;
	return 0;
}
static void task(void *arg) { this_cpu_inc(count); }
int main(void)
{
	cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "test", NULL, dead);
	smplab_run(task, NULL);
	smplab_run(task, NULL);
	smplab_cpu_hotplug(1, 1);
	smplab_join_all();
	smplab_observe("total", folded + per_cpu(count, 0) + per_cpu(count, 1));
	return 0;
}`,
      { cpus: 2 },
    );
    expect(outcomes.map((key) => /total=\d+;/.exec(key)![0]).filter((total) => total !== "total=2;")).toEqual(
      [],
    );
    expect(findings).toEqual([]);
  });
});
