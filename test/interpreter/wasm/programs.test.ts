// Small programs, each for one thing that compiled code does in a way of its own: both engines must end alike, with the
// same findings at the same places, and leave the same memory.

import { describe, expect, it } from "vitest";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { agree } from "../../support/agree.js";
import { compileOrThrow } from "../../support/compile-c.js";

const kernel = { objects: ALL_OBJECTS, rules: [] };
const kernelOps = ALL_OBJECTS.map((o) => o.name);
const config = { cpus: 2, preempt: "full", rcu: "preempt", soloSteps: 300_000 } as const;
const heap = "void *malloc(unsigned long); void free(void *);\n";

const programs: Record<string, { end: string; text: string }> = {
  "recursion through more frames than the native stack may hold": {
    end: "finished",
    text: `int deep(int n) { volatile int pad[20]; pad[n % 20] = n; return n == 0 ? 0 : pad[n % 20] - n + 1 + deep(n - 1); }
      int main(void) { return deep(300); }`,
  },
  "the end of the stack": {
    end: "fatal",
    text: "int down(int n) { return down(n + 1) + 1; } int main(void) { return down(0); }",
  },
  "a loop that does not end": {
    end: "cut",
    text: "int main(void) { unsigned x = 1; for (;;) x = x * 3 + 1; return x; }",
  },
  "a recursion that does not end in time": {
    end: "cut",
    text: "int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); } int main(void) { return f(40); }",
  },
  "a loop with two entries": {
    end: "finished",
    text: `int f(int n, int k) { int s = 0; if (k) goto middle; top: s += 3; middle: s ^= n; if (n-- > 0) goto top; return s; }
      int main(void) { return f(9, 0) * 100 + f(8, 1); }`,
  },
  "switches, dense, sparse and wide": {
    end: "finished",
    text: `int f(int x) { switch (x) { case 1: return 10; case 2: case 3: x = 7; case 4: return x; case 6: break; default: return -1; } return x * 2; }
      int g(long x) { switch (x) { case 0x100000000: return 1; case -5: return 2; case 7: return 3; } return 0; }
      int h(int x) { int s = 0; while (x > 0) { switch (x & 3) { case 0: x -= 3; continue; case 1: s++; break; case 2: s += 2; } x--; } return s; }
      int main(void) { int s = 0; for (int i = -2; i < 9; i++) s = s * 3 + f(i); return s + g(0x100000000) * 2 + g(-5) + g(7) + g(0) + h(40); }`,
  },
  "calls through pointers": {
    end: "finished",
    text: `int add(int a, int b) { return a + b; } int sub(int a, int b) { return a - b; } long wide(long a) { return a * 3; }
      void note(int *p) { (*p)++; }
      int (*table[2])(int, int) = { add, sub }; long (*w)(long) = wide; void (*n)(int *) = note;
      int main(void) { int k = 0; for (int i = 0; i < 10; i++) { k += table[i & 1](i, 2); n(&k); table[1](1, 2); } return k + w(4); }`,
  },
  "a call through a pointer to nothing": {
    end: "fatal",
    text: "int (*f)(int); int main(void) { return f(1); }",
  },
  "a call with too few arguments": {
    end: "fatal",
    text: "int two(int a, int b) { return a + b; } int main(void) { int (*f)(int) = (int (*)(int))two; return f(1); }",
  },
  "calls without a prototype that give more than is taken": {
    end: "finished",
    text: `long none() { return 5; } long one(long a) { return a * 3; } long (*f)();
      int main(void) { long s = 0; for (int i = 0; i < 4; i++) { f = i & 1 ? none : (long (*)())one; s = s * 10 + f(2L, 3L, 4L); } return s; }`,
  },
  "a call with a prototype that gives more than is taken": {
    end: "fatal",
    text: "int one(int a) { return a; } int main(void) { int (*f)(int, int) = (int (*)(int, int))one; return f(1, 2); }",
  },
  "records of variable size, by value and out of a statement expression": {
    end: "finished",
    text: `int sum(int n, ...) { struct { int a[n]; char c; } s; __builtin_va_list ap; int t = 0; __builtin_va_start(ap, n);
        s = __builtin_va_arg(ap, typeof(s)); for (int i = 0; i < n; i++) t += s.a[i]; return t + s.c; }
      int main(void) { int n = 3, t = 0; for (int k = 0; k < 5; k++) { struct { int a[n]; char c; } s; s.c = k;
        for (int i = 0; i < n; i++) s.a[i] = i * k; t += sum(n, ({ s.c++; s; })); } return t; }`,
  },
  "a call with arguments of other types": {
    end: "finished",
    text: "int low(int a) { return a + 1; } int main(void) { int (*f)(long) = (int (*)(long))low; return f(0x500000007); }",
  },
  "division, with its one overflow": {
    end: "finished",
    text: `int min = -2147483647 - 1, m = -1; long lmin = -9223372036854775807 - 1, lm = -1; unsigned u = 7;
      int main(void) { return (min / m == min) + (min % m) + (lmin / lm == lmin) * 2 + (lmin % lm) + u / 2 + u % 4 + -7 / (m * 2) + (-7 % 4); }`,
  },
  "division by zero": { end: "fatal", text: "int z; int main(void) { return 5 / z; }" },
  "shifts out of range": {
    end: "finished",
    text: `int n = 35; long l = 3; int s = -1; int main(void) { return (1 << n) + (int)(l << (n + 40)) + (l >> s) + (-9 >> 1) + (int)((unsigned long)-1 >> 60); }`,
  },
  "floats to integers at the edges": {
    end: "finished",
    text: `double d[] = { 1e10, -1e10, 2147483647.5, -2147483648.9, 1e19, 1.9e19, -3.7, 0.0 / 1.0, 9.3e18 }; float f[] = { 3e9f, -3e9f, 1e20f, 5.5f };
      long sum; int main(void) { for (int i = 0; i < 9; i++) { sum = sum * 31 + (int)d[i]; sum = sum * 31 + (unsigned)d[i]; sum = sum * 31 + (long)d[i]; sum = sum * 31 + (long)(unsigned long)d[i]; }
      for (int i = 0; i < 4; i++) sum = sum * 31 + (int)f[i] + (long)f[i] + (long)(unsigned long)f[i] + (unsigned)f[i]; return sum; }`,
  },
  "arithmetic on doubles and floats": {
    end: "finished",
    text: `double a = 1.5; float b = 2.25f; int main(void) { double s = 0; for (int i = 1; i < 50; i++) { s += a / i - (float)(b * i); b = -b; } long r; __builtin_memcpy(&r, &s, 8); return (int)(r >> 13); }`,
  },
  "objects of a frame, reached through pointers": {
    end: "finished",
    text: `struct s { char a; short b; int c; long d; }; void set(struct s *p, int n) { p->a = n; p->b = n * 2; p->c = n * 3; p->d = n * 4L; }
      long sum(int *p, int n) { long s = 0; while (n--) s += *p++; return s; }
      int main(void) { struct s one; int arr[13]; char text[5]; long total = 0; for (int i = 0; i < 13; i++) { set(&one, i); arr[i] = one.a + one.b + one.c + (int)one.d; text[i % 5] = i; }
      for (int i = 0; i < 5; i++) total += text[i]; return sum(arr, 13) + total; }`,
  },
  "one byte behind an object of the frame": {
    end: "fatal",
    text: "int get(char *p, int i) { return p[i]; } int main(void) { char c[5]; for (int i = 0; i < 5; i++) c[i] = i; return get(c, 4) + get(c, 5); }",
  },
  "the address of an object whose function has returned": {
    end: "fatal",
    text: "int *keep; void f(int n) { int x = n; keep = &x; } int main(void) { f(3); return *keep; }",
  },
  "misaligned accesses": {
    end: "finished",
    text: `char b[64]; int main(void) { long s = 0; for (int i = 0; i < 40; i++) { *(int *)(b + i) = i * 0x1010101; s = s * 3 + *(long *)(b + i / 2) + *(short *)(b + i); } return s; }`,
  },
  "writing to a string": { end: "fatal", text: 'int main(void) { char *p = "abc"; p[1] = 0; return 0; }' },
  "behind the end of an array": {
    end: "fatal",
    text: "int a[10]; int main(void) { int s = 0; for (int i = 0; i <= 10; i++) s += a[i]; return s; }",
  },
  "null and wild pointers": { end: "fatal", text: "long *p; int main(void) { return p[3]; }" },
  "an address above four gigabytes": {
    end: "fatal",
    text: "int x = 4; int main(void) { return *(int *)((unsigned long)&x + 0x100000000); }",
  },
  "objects of every small size": {
    end: "finished",
    text: `${heap}int main(void) { long s = 0; for (int n = 1; n < 60; n++) { char *p = malloc(n); for (int i = 0; i < n; i++) p[i] = i; s = s * 3 + p[n - 1] + (long)p % 1000; if (n % 3) free(p); } malloc(5000); return s; }`,
  },
  "one byte behind an object of the heap": {
    end: "fatal",
    text: `${heap}int main(void) { for (int n = 1; n < 40; n++) { char *p = malloc(n); p[n - 1] = 1; if (n == 37) p[n] = 1; } return 0; }`,
  },
  "a use after free": {
    end: "fatal",
    text: `${heap}int main(void) { int *p = malloc(12); p[2] = 5; free(p); return p[2]; }`,
  },
  "a double free": {
    end: "fatal",
    text: `${heap}int main(void) { void *p = malloc(9); free(p); free(p); return 0; }`,
  },
  "a free inside an object": {
    end: "fatal",
    text: `${heap}int main(void) { char *p = malloc(90); free(p + 16); return 0; }`,
  },
  "setjmp around compiled functions": {
    end: "finished",
    text: `long buffer[32]; int __builtin_setjmp(void *); int setjmp(void *); void longjmp(void *, int);
      int deep(int n) { if (n == 0) longjmp(buffer, 7); return deep(n - 1) + 1; }
      int main(void) { int k = setjmp(buffer); if (k == 0) return deep(5); return k; }`,
  },
  "arrays of variable length": {
    end: "finished",
    text: "int sum(int *p, int n) { int s = 0; for (int i = 0; i < n; i++) s += p[i]; return s; } int f(int n) { int a[n]; for (int i = 0; i < n; i++) a[i] = i; return sum(a, n); } int main(void) { int s = 0; for (int i = 1; i < 8; i++) s += f(i); return s; }",
  },
  "copies of records and blocks": {
    end: "finished",
    text: `struct big { int a[7]; char c; }; struct big make(int n) { struct big b; for (int i = 0; i < 7; i++) b.a[i] = n * i; b.c = n; return b; }
      struct big all[4]; int main(void) { int s = 0; for (int i = 0; i < 4; i++) all[i] = make(i); __builtin_memmove(all, all + 1, 3 * sizeof(all[0])); __builtin_memset(&all[3], 1, 9);
      for (int i = 0; i < 4; i++) s = s * 7 + all[i].a[6] + all[i].a[1] + all[i].c; return s; }`,
  },
  "what cannot be reached": {
    end: "fatal",
    text: "int f(int x) { if (x) return 1; __builtin_unreachable(); } int main(void) { return f(0); }",
  },
};

describe("engines agree on", () => {
  for (const [name, { end, text }] of Object.entries(programs)) {
    it(name, () => {
      const program = compileOrThrow(text, { kernelOps });
      expect(agree(program, kernel, config, () => 0).end).toBe(end);
      // Again, with the register machine's frames taken over where it stands after some jumps.
      for (const patience of [1, 2, 7, 30])
        expect(agree(program, kernel, config, () => 0, { patience }).end, `patience ${patience}`).toBe(end);
      // And with a count of jumps that is at its end again and again.
      for (const countdown of [2, 7])
        expect(agree(program, kernel, { ...config, countdown }, () => 0).end, `countdown ${countdown}`).toBe(
          end,
        );
    });
  }
});
