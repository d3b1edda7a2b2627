// The founding case without its C: a model, by hand, of what matters in one page's life (who maps it, its flag, its
// owner, the two groups' counts) and of the steps in which the kernel changes that, before and after the patch.
// It shares nothing with smplab but the question, so that what smplab finds in the C can be held against it.
//
// One letter of a task's program is one call into the kernel: M map, U unmap, R the whole move (rmdir or task
// move), L look whether the move is on its way. Groups are 0 (moved from) and 1 (moved to).

export type Side = "before" | "after" | "without synchronize_rcu";

export interface End {
  mapped: number;
  flag: number;
  owner: number;
  from: number;
  to: number;
  /** What the task with L saw, else -1. */
  moving: number;
}

interface Shared {
  /** _mapcount, as in the kernel one less than the number of mappings. */
  mapcount: number;
  flag: number;
  owner: number;
  count: [number, number];
  /** Who holds the page_cgroup lock, or -1. */
  lock: number;
  /** ON_MOVE of group 0. */
  onMove: number;
  /** Is the move's `from` set, as mem_cgroup_under_move() sees it? */
  moving: number;
  /** Readers that the grace period waits for; bits. */
  waitedFor: number;
}

interface Local {
  /** Next call of the task's program. */
  call: number;
  /** Where in that call; "start" between two calls. */
  at: string;
  /** +1 or -1: what is to be counted. */
  value: number;
  /** The group that the reader found. */
  group: number;
  /** Does it hold the page_cgroup lock? */
  locked: boolean;
  seen: number;
}

interface State {
  shared: Shared;
  tasks: Local[];
}

/** Places inside rcu_read_lock(). */
const INSIDE = new Set([
  "find group",
  "look at mark",
  "lock",
  "count",
  "set flag",
  "test",
  "clear flag",
  "unlock",
]);

/** All ends of the tasks' programs, from a page that `mappedBefore` processes map. */
export function endsOf(side: Side, programs: readonly string[], mappedBefore: number): End[] {
  const start: State = {
    shared: {
      mapcount: mappedBefore - 1,
      flag: Number(mappedBefore > 0),
      owner: 0,
      count: [Number(mappedBefore > 0), 0],
      lock: -1,
      onMove: 0,
      moving: 0,
      waitedFor: 0,
    },
    tasks: programs.map(() => ({ call: 0, at: "start", value: 0, group: 0, locked: false, seen: -1 })),
  };
  const seen = new Set<string>();
  const ends = new Map<string, End>();
  const todo = [start];
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    let stuck = true;
    for (let task = 0; task < programs.length; task++) {
      const next = structuredClone(state);
      if (!step(side, next, task, programs[task]!)) continue;
      stuck = false;
      todo.push(next);
    }
    if (!stuck) continue;
    if (state.tasks.some((t, i) => t.call < programs[i]!.length))
      throw new Error(`deadlock in the model: ${key}`);
    const { mapcount, flag, owner, count } = state.shared;
    const end: End = {
      mapped: mapcount + 1,
      flag,
      owner,
      from: count[0],
      to: count[1],
      moving: Math.max(...state.tasks.map((t) => t.seen)),
    };
    ends.set(JSON.stringify(end), end);
  }
  return [...ends.values()];
}

/** What the memory controller promises, for this one page. */
export function keepsPromises({ mapped, flag, owner, from, to }: End): boolean {
  const counted = Number(mapped > 0);
  return flag === counted && from === (owner === 0 ? counted : 0) && to === (owner === 1 ? counted : 0);
}

/** Performs the task's next step; false if it cannot move. */
function step(side: Side, { shared, tasks }: State, task: number, program: string): boolean {
  const me = tasks[task]!;
  const go = (at: string): true => {
    me.at = at;
    return true;
  };
  const done = (): true => {
    Object.assign(me, { call: me.call + 1, value: 0, group: 0, locked: false });
    return go("start");
  };
  const before = side === "before";
  switch (me.at) {
    case "start": {
      const call = program[me.call];
      if (call === undefined) return false;
      if (call === "L") {
        me.seen = shared.moving;
        return done();
      }
      if (call === "R") {
        if (before) return go("begin move");
        shared.onMove++;
        return go(side === "after" ? "begin grace period" : "begin move");
      }
      me.value = call === "M" ? 1 : -1;
      shared.mapcount += me.value;
      // Only the first mapping and the last unmapping are told to the controller.
      if (shared.mapcount !== (call === "M" ? 0 : -1)) return done();
      return go(before ? "take lock" : "rcu_read_lock");
    }

    // The reader before the patch: everything under the lock.
    case "take lock":
      if (shared.lock >= 0) return false;
      shared.lock = task;
      me.locked = true;
      me.group = shared.owner;
      return go("count");

    // The reader after it.
    case "rcu_read_lock":
      return go("find group");
    case "find group":
      me.group = shared.owner;
      return go("look at mark");
    case "look at mark":
      return go(me.group === 0 && shared.onMove > 0 ? "lock" : "count");
    case "lock":
      if (shared.lock >= 0) return false;
      shared.lock = task;
      me.locked = true;
      me.group = shared.owner;
      return go("count");

    // What both do.
    case "count":
      shared.count[me.group as 0 | 1] += me.value;
      return go(me.value > 0 ? "set flag" : "test");
    case "set flag":
      shared.flag = 1;
      return go("unlock");
    case "test":
      return go(shared.mapcount < 0 ? "clear flag" : "unlock");
    case "clear flag":
      shared.flag = 0;
      return go("unlock");
    case "unlock":
      if (me.locked) shared.lock = -1;
      return before ? done() : go("rcu_read_unlock");
    case "rcu_read_unlock":
      shared.waitedFor &= ~(1 << task);
      return done();

    // The mover.
    case "begin grace period":
      tasks.forEach((t, i) => {
        if (INSIDE.has(t.at) || t.at === "rcu_read_unlock") shared.waitedFor |= 1 << i;
      });
      return go("end grace period");
    case "end grace period":
      return shared.waitedFor === 0 && go("begin move");
    case "begin move":
      shared.moving = 1;
      return go("move: lock");
    case "move: lock":
      if (shared.lock >= 0) return false;
      shared.lock = task;
      return go("move: count");
    case "move: count":
      if (shared.flag === 1) {
        shared.count[0]--;
        shared.count[1]++;
      }
      return go("move: owner");
    case "move: owner":
      shared.owner = 1;
      return go("move: unlock");
    case "move: unlock":
      shared.lock = -1;
      return go("end move");
    case "end move":
      shared.moving = 0;
      if (before) return done();
      return go("take mark away");
    case "take mark away":
      shared.onMove--;
      return done();
  }
  throw new Error(`no step at "${me.at}"`);
}
