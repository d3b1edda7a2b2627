// Typedef names: where a name is a type, and where something hides it.
import { describe, it } from "vitest";
import { expectAst, expectBody, expectErrors, expectLast } from "./support.js";

describe("what hides a typedef name", () => {
  it.each([
    [
      "a parameter",
      "typedef int T; int f(int T) { return (T) - 1; }",
      "(fn f (func (T:int) int) (block (return (- T 1))))",
    ],
    [
      "a parameter of its own type",
      "typedef int T; int f(T T) { return sizeof(T); }",
      "(fn f (func (T:T) int) (block (return (sizeof T))))",
    ],
    [
      "an earlier parameter",
      "typedef int T; int f(int T, int a[sizeof(T)]) { }",
      "(fn f (func (T:int a:(array (sizeof T) int)) int) (block))",
    ],
    [
      "a K&R parameter",
      "typedef int T; f(a) { return (T)(a); }",
      "(fn f (func (k&r a) implicit-int) (block (return (cast T a))))",
    ],
    [
      "an enumerator",
      "typedef int T; void f(void) { enum { T }; (T) - 1; }",
      "(fn f (func (void) void) (block (decl (enum {T})) (- T 1)))",
    ],
    [
      "an enumerator in the middle of a declaration",
      "typedef int T; int f(void) { enum { A, T } x = (T) - 1; }",
      "(fn f (func (void) int) (block (decl x (enum {A T}) = (- T 1))))",
    ],
    [
      "a for variable, as long as the loop",
      "typedef int T; void f(void) { for (int T = 0; (T) - 1; ) (T)(1); (T)(1); }",
      "(fn f (func (void) void) (block (for (decl T int = 0) (- T 1) _ (call T 1)) (cast T 1)))",
    ],
    [
      "a function",
      "typedef int T; void f(void) { int T(void); T(); }",
      "(fn f (func (void) void) (block (decl T (func (void) int)) (call T)))",
    ],
    [
      "its own initialiser",
      "typedef int T; void f(void) { T T = (T) - 1; }",
      "(fn f (func (void) void) (block (decl T T = (- T 1))))",
    ],
    [
      "not the declarators before it",
      "typedef int T; void f(void) { int a = (T)-1, T = (T)-1; }",
      "(fn f (func (void) void) (block (decl a int = (cast T (neg 1))) (decl T int = (- T 1))))",
    ],
  ])("%s", (_, text, tree) => expectLast(text, tree));
});

describe("what does not hide it", () => {
  it.each([
    ["a member", "typedef int T; struct s { int T; T a; }; T x;", "(decl x T)"],
    ["a member of its own type", "typedef int T; struct s { T T; } x; T y;", "(decl y T)"],
    ["a tag", "typedef int T; struct T { T T; }; struct T x; T y;", "(decl y T)"],
    [
      "a label",
      "typedef int T; void f(void) { goto T; T: ; T x; }",
      "(fn f (func (void) void) (block (goto T) (labels [T] ;) (decl x T)))",
    ],
    [
      "a designator and a member access",
      "typedef int T; struct s { int T; } x = { .T = 1 }; void f(void) { x.T = 1; (&x)->T; T y; }",
      "(fn f (func (void) void) (block (= (. x T) 1) (-> (addr x) T) (decl y T)))",
    ],
    ["a prototype's parameter, outside", "typedef int T; int f(int T); T x;", "(decl x T)"],
    ["a block that has ended", "typedef int T; void f(void) { { int T; } T x; } T y;", "(decl y T)"],
    [
      "a declaration that does not declare it",
      "typedef int T; void f(void) { const T; static T *x; }",
      "(fn f (func (void) void) (block (decl (const T)) (decl static x (ptr T))))",
    ],
  ])("%s", (_, text, tree) => expectLast(text, tree));
});

describe("where typedef names begin and end", () => {
  it.each([
    [
      "void f(void) { typedef int T; T x; { typedef char T; T y; } }",
      "(fn f (func (void) void) (block (decl typedef T int) (decl x T) (block (decl typedef T char) (decl y T))))",
    ],
    [
      "typedef struct s *P, S; struct s { P next; S *other; };",
      "(decl typedef P (ptr (struct s))) (decl typedef S (struct s))\n(decl (struct s {next:P other:(ptr S)}))",
    ],
    ["typedef int T, A[sizeof(T)];", "(decl typedef T int) (decl typedef A (array (sizeof-type T) int))"],
    ["typedef int F(int); F f; F *g;", "(decl typedef F (func (int) int))\n(decl f F)\n(decl g (ptr F))"],
    ["typedef int T; typedef int T; T x;", "(decl typedef T int)\n(decl typedef T int)\n(decl x T)"],
    ["typedef int T; unsigned T;", "(decl typedef T int)\n(decl T unsigned-int)"],
    [
      "typedef int T; T (*f)(T), *g(T (T));",
      "(decl typedef T int)\n(decl f (ptr (func (T) T))) (decl g (func ((func (T) T)) (ptr T)))",
    ],
  ])("%s", (text, tree) => expectAst(text, tree));

  it("knows them in statement expressions and typeof", () => {
    expectBody(
      "typedef int T;",
      "x = ({ int T = 1; T * 2; }) + (T)(1); typeof(({ T T = 1; T; })) y; T z;",
      "(= x (+ (stmt-expr (decl T int = 1) (* T 2)) (cast T 1))) (decl y (typeof (stmt-expr (decl T T = 1) T))) (decl z T)",
    );
  });

  it("restores them after an error", () => {
    expectErrors(
      "typedef int T; void f(void) { { int T; T = ; x y; } T z; } T w;",
      "1:44: expected expression before ';' token",
      "1:46: unknown type name 'x'",
    );
    expectErrors("typedef int T; int f(int T { } T y;", "1:28: expected ';', ',' or ')' before '{' token");
  });
});
