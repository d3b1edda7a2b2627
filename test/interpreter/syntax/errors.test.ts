// Syntax errors: wording and place as gcc 12 has them.
import { describe, expect, it } from "vitest";
import { expectErrors, parseText } from "./support.js";

describe("all messages are gcc's", () => {
  it.each<[string, ...string[]]>([
    ["int main(void) {\n  return 0;", "2:3: expected declaration or statement at end of input"],
    ["int f(void) { return 0 }", "1:23: expected ';' before '}' token"],
    ["int x = 1\nint y;", "2:1: expected ',' or ';' before 'int'"],
    ["int f(void) { int x = 1 return x; }", "1:25: expected ',' or ';' before 'return'"],
    ["int f() x; {}", "1:9: expected declaration specifiers before 'x'"],
    ["int f(a) int b c; {}", "1:16: expected '=', ',', ';', 'asm' or '__attribute__' before 'c'"],
    ["struct s { int x y; };", "1:18: expected ':', ',', ';', '}' or '__attribute__' before 'y'"],
    ["struct s { foo_t x; };", "1:12: unknown type name 'foo_t'"],
    ["struct s { x; };", "1:12: expected specifier-qualifier-list before 'x'"],
    [
      "foo_t x;\nfoo_t *y;\nint f(foo_t x, bar_t *y, baz);",
      "1:1: unknown type name 'foo_t'",
      "2:1: unknown type name 'foo_t'",
      "3:7: unknown type name 'foo_t'",
      "3:16: unknown type name 'bar_t'",
      "3:26: unknown type name 'baz'",
    ],
    [
      "int f(foo_t);\nint g(int, 3);\nint h(int x y);\nint k(int,);",
      "2:12: expected declaration specifiers or '...' before numeric constant",
      "3:13: expected ';', ',' or ')' before 'y'",
      "4:11: expected declaration specifiers or '...' before ')' token",
    ],
    ["enum e { A B };", "1:12: expected ',' or '}' before 'B'"],
    [
      "enum e { 3 };\nenum { };\nenum e2;\nenum;\nstruct;",
      "1:10: expected identifier before numeric constant",
      "2:8: empty enum is invalid",
      "4:5: expected '{' before ';' token",
      "5:7: expected '{' before ';' token",
    ],
    [
      "int f(void) { foo_t x; bar * y; baz z = 3; return x; }",
      "1:15: unknown type name 'foo_t'",
      "1:24: unknown type name 'bar'",
      "1:33: unknown type name 'baz'",
    ],
    ["int a[3;\nint b[];", "1:8: expected ']' before ';' token"],
    [
      "int *;\nint (3);",
      "1:6: expected identifier or '(' before ';' token",
      "2:6: expected identifier or '(' before numeric constant",
    ],
    ["int c(3);", "1:7: expected declaration specifiers or '...' before numeric constant"],
    [
      "int f(void) { g(1,); g(1 2); }",
      "1:19: expected expression before ')' token",
      "1:25: expected ')' before numeric constant",
    ],
    ["int f(void) { for (;;;) ; }", "1:22: expected expression before ';' token"],
    ["int f(void) { do ; until (1); }", "1:20: expected 'while' before 'until'"],
    [
      "int f(void) { goto 3; goto ; break 1; }",
      "1:20: expected identifier or '*' before numeric constant",
      "1:28: expected identifier or '*' before ';' token",
      "1:35: expected ';' before numeric constant",
    ],
    [
      "int f(void) { int x; x = ; x = 1 +; x + = 2; x ? : ; x ? 1; }",
      "1:26: expected expression before ';' token",
      "1:35: expected expression before ';' token",
      "1:41: expected expression before '=' token",
      "1:52: expected expression before ';' token",
      "1:59: expected ':' before ';' token",
    ],
    ["}\nint x;", "1:1: expected identifier or '(' before '}' token"],
    ["int f(void) { int x; } }\nint y;", "1:24: expected identifier or '(' before '}' token"],
    [
      "x;\nstatic y;\nmain() {}\nf(a,b) {}\n+;\n3;",
      "5:1: expected identifier or '(' before '+' token",
      "6:1: expected identifier or '(' before numeric constant",
    ],
    [
      "int f(void) { int int x; long char y; short long z; long long long w; signed unsigned u; }",
      "1:19: two or more data types in declaration specifiers",
      "1:31: both 'long' and 'char' in declaration specifiers",
      "1:45: both 'long' and 'short' in declaration specifiers",
      "1:63: 'long long long' is too long for GCC",
      "1:78: both 'signed' and 'unsigned' in declaration specifiers",
    ],
    [
      "int f(void) { int x; sizeof (int) x; sizeof; (int); (int *) ; }",
      "1:34: expected ';' before 'x'",
      "1:44: expected expression before ';' token",
      "1:51: expected expression before ';' token",
      "1:61: expected expression before ';' token",
    ],
    [
      "int f(void) { int x, y; x = (foo_t)y; x = (foo_t *) y;}",
      "1:36: expected ';' before 'y'",
      "1:51: expected expression before ')' token",
    ],
    ["_Static_assert(1);\n_Static_assert(1, );", "2:19: expected string literal before ')' token"],
    ['_Static_assert(1 "x");', "1:17: expected ')' before string constant"],
    [
      'int f(void) { int x; asm(1); asm("x" : "=r" x); asm("x" "y" : : : "cc", ); }',
      "1:26: expected string literal before numeric constant",
      "1:45: expected '(' before 'x'",
      "1:73: expected string literal before ')' token",
    ],
    ["int x __attribute__((a(1), b));\nint y __attribute__((a);", "2:24: expected ')' before ';' token"],
    ["int z __attribute__(a);", "1:21: expected '(' before 'a'"],
    [
      "int f(void) __attribute__((noinline)) { return 0; }",
      "1:1: attributes should be specified before the declarator in a function definition",
    ],
    [
      "typedef int T; int f(void) { int x; T = 3; x = T; T T; T = 3; }",
      "1:39: expected identifier or '(' before '=' token",
      "1:48: expected expression before 'T'",
    ],
    ["int f(void) { int x; @ x; }", "1:22: stray '@' in program"],
    [
      "int f(void) { lab: int x; switch(1) { case 1: int y; default: } if (1) l2: int z; }",
      "1:76: expected expression before 'int'",
    ],
    ["int f(void) { if (1) int x; }", "1:22: expected expression before 'int'"],
    [
      "int f(void) { return ({ 1; }); } int x = ({ 1; });",
      "1:42: braced-group within expression allowed only inside a function",
    ],
    ["int f(void) { __label__ a; int x; __label__ b; }", "1:35: expected expression before '__label__'"],
    [
      "int x[] = { 1, 2 3 };\nint y = { ;",
      "1:18: expected '}' before numeric constant",
      "2:11: expected expression before ';' token",
    ],
    ["int z = ;", "1:9: expected expression before ';' token"],
    ["typedef struct { int x; } foo int y;", "1:30: expected ';' before 'int'"],
    [
      "struct s { int x; } int y;\nint;\nstruct { int : 3; int x : ; };",
      "1:21: expected ';', identifier or '(' before 'int'",
      "3:27: expected expression before ';' token",
    ],
    [
      "int f(...);\nint g(int a, ..., int b);\nint h(int a, ... b);",
      "1:7: ISO C requires a named argument before '...'",
      "2:17: expected ')' before ',' token",
      "3:17: expected ')' before 'b'",
    ],
    ['extern "C" { }\nint f(int) { }', "1:8: expected identifier or '(' before string constant"],
    ["template<class T> x;", "1:9: expected '=', ',', ';', 'asm' or '__attribute__' before '<' token"],
    [
      "int f(void) { while () ; while 1; if 1; switch { } }",
      "1:22: expected expression before ')' token",
      "1:32: expected '(' before numeric constant",
      "1:38: expected '(' before numeric constant",
      "1:48: expected '(' before '{' token",
    ],
    ["int f(void { return 1; }", "1:12: expected ';', ',' or ')' before '{' token"],
    ["int f(int a, int b { return 1; }", "1:20: expected ';', ',' or ')' before '{' token"],
    [
      "int f(void) { int x = 08 + 0x + 1.2.3 + 1e + 0b2 + 12abc; }",
      '1:23: invalid digit "8" in octal constant',
      '1:28: invalid suffix "x" on integer constant',
      "1:33: too many decimal points in number",
      "1:41: exponent has no digits",
      '1:46: invalid suffix "b2" on integer constant',
      '1:52: invalid suffix "abc" on integer constant',
    ],
    [
      "int f(void) { struct { int a b; int c; } x; struct y { int d, ; }; }",
      "1:30: expected ':', ',', ';', '}' or '__attribute__' before 'b'",
      "1:63: expected identifier or '(' before ';' token",
    ],
    [
      "int f(void) { x.; x->3; x.int; }",
      "1:17: expected identifier before ';' token",
      "1:22: expected identifier before numeric constant",
      "1:27: expected identifier before 'int'",
    ],
    ["int f(void) { return 1;; }; int g(void) { return 2 };", "1:51: expected ';' before '}' token"],
    [
      "int f(void) { if (1) { return 1; } else { return 2; }",
      "1:1: expected declaration or statement at end of input",
    ],
    [
      "int f(void) { a b c; }",
      "1:15: unknown type name 'a'",
      "1:19: expected '=', ',', ';', 'asm' or '__attribute__' before 'c'",
    ],
    [
      "int f(void) { int a; a b c; a int; }",
      "1:23: expected ';' before 'b'",
      "1:30: expected ';' before 'int'",
    ],
    ["typedef int T; T T; T x;", "1:21: unknown type name 'T'"],
    [
      "typedef int T; int f(T T, T x) { return T; }",
      "1:27: expected declaration specifiers or '...' before 'T'",
    ],
    [
      "int f(void) { unsigned foo bar; }",
      "1:28: expected '=', ',', ';', 'asm' or '__attribute__' before 'bar'",
    ],
    [
      "int f(int x) { return x } int g(int y) { return y }",
      "1:24: expected ';' before '}' token",
      "1:50: expected ';' before '}' token",
    ],
    [
      "struct s { int x; } ;; struct t { int y; } struct u { int z; };",
      "1:44: expected ';', identifier or '(' before 'struct'",
    ],
    ["#define M(x) x + \nint f(void) { return M(1); }", "2:26: expected expression before ';' token"],
    [
      "#define S struct s {\nS int x; int f(void) { }",
      "2:22: expected ':', ',', ';', '}' or '__attribute__' before '{' token",
    ],
    ["int f(void) { return __builtin_offsetof(int); }", "1:44: expected ',' before ')' token"],
    ["int f(void) { return _Generic(1); }", "1:32: expected ',' before ')' token"],
    ["int f(void) { return _Generic(1, int 2); }", "1:37: expected ':' before numeric constant"],
    [
      "int f(void) { goto *; goto *p }",
      "1:21: expected expression before ';' token",
      "1:30: expected ';' before '}' token",
    ],
    [
      "int f(void) { switch (1) { case 1 ... : ; case ... 3: ; } }",
      "1:39: expected expression before ':' token",
      "1:48: expected expression before '...' token",
    ],
    ["int f(void) { return 1, ; }", "1:25: expected expression before ';' token"],
    [
      "void f(void) { register; struct; union u { }; enum; }",
      "1:32: expected '{' before ';' token",
      "1:51: expected '{' before ';' token",
    ],
    ["int f(int a[, int b);", "1:13: expected expression before ',' token"],
    ["int f(int (*)(, int b);", "1:15: expected declaration specifiers or '...' before ',' token"],
    ["int (*f(void)(int);", "1:19: expected ')' before ';' token"],
    ["int x, ;", "1:8: expected identifier or '(' before ';' token"],
    ["int x, int y;", "1:8: expected identifier or '(' before 'int'"],
    ["int x y;", "1:7: expected '=', ',', ';', 'asm' or '__attribute__' before 'y'"],
    ["int f(void) { int x, int y; }", "1:22: expected identifier or '(' before 'int'"],
    ["int f(void) { while (1) { break } }", "1:32: expected ';' before '}' token"],
    ["int f(void) { if (1)) { } }", "1:21: expected statement before ')' token"],
    ["int f(void) { { { { } } }", "1:1: expected declaration or statement at end of input"],
    ["int f(void) { 3x; }", '1:15: invalid suffix "x" on integer constant'],
    ["int f(void) { int for = 3; }", "1:19: expected identifier or '(' before 'for'"],
    ["int if(void) { }", "1:5: expected identifier or '(' before 'if'"],
    [
      "int f(void) { return 0; } garbage",
      "1:1: expected '=', ',', ';', 'asm' or '__attribute__' at end of input",
    ],
    ["garbage", "1:1: expected '=', ',', ';', 'asm' or '__attribute__' at end of input"],
    ["int f(void) { x ? y; }", "1:20: expected ':' before ';' token"],
    ["int f(void) { x ? y : ; }", "1:23: expected expression before ';' token"],
    [
      "int f(void) { ! ; ~ ; - ; * ; & ; && ; ++ ; -- ; }",
      "1:17: expected expression before ';' token",
      "1:21: expected expression before ';' token",
      "1:25: expected expression before ';' token",
      "1:29: expected expression before ';' token",
      "1:33: expected expression before ';' token",
      "1:38: expected identifier before ';' token",
      "1:43: expected expression before ';' token",
      "1:48: expected expression before ';' token",
    ],
    ["int f(void) { x ++ ++ y; }", "1:22: expected ';' before 'y'"],
    ["int f(void) { x = y z; }", "1:20: expected ';' before 'z'"],
    ['int f(void) { "abc" "def" 1; }', "1:26: expected ';' before numeric constant"],
    ["int f(void) { ((int)) ; }", "1:21: expected expression before ')' token"],
    ["int f(void) { _Alignof; _Alignof 3; }", "1:23: expected expression before ';' token"],
    ["int f(void) { return }", "1:22: expected expression before '}' token"],
    ["int f(void) { return return; }", "1:22: expected expression before 'return'"],
    ["int f(void) { continue 1; }", "1:23: expected ';' before numeric constant"],
    ["typedef x; typedef int; typedef int 3;", "1:37: expected identifier or '(' before numeric constant"],
    [
      "enum e { A = }; enum g { B = 1 2 };",
      "1:14: expected expression before '}' token",
      "1:32: expected ',' or '}' before numeric constant",
    ],
    [
      "enum e { A, , B }; enum g { , };",
      "1:13: expected identifier before ',' token",
      "1:29: expected identifier before ',' token",
    ],
    ["union u { int x, y z; } v;", "1:20: expected ':', ',', ';', '}' or '__attribute__' before 'z'"],
    [
      "int f(void) { struct s { int x; } y z; }",
      "1:37: expected '=', ',', ';', 'asm' or '__attribute__' before 'z'",
    ],
    ["int f(void) { __extension__ ; __extension__ int; }", "1:29: expected expression before ';' token"],
    [
      'int f(void) { asm volatile; asm("a" "b"; asm("a" : "x"); }',
      "1:27: expected '(' before ';' token",
      "1:40: expected ':' or ')' before ';' token",
    ],
    [
      'int x asm(3); int y asm "a"; int z asm("a";',
      "1:11: expected string literal before numeric constant",
      "1:25: expected '(' before string constant",
      "1:43: expected ')' before ';' token",
    ],
  ])("%s", (text, ...messages) => expectErrors(`${text}\n`, ...messages));
});

describe("the first message is gcc's, where gcc stumbles on and we do not", () => {
  it.each<[string, ...string[]]>([
    ["int f(void) { if (1) { int x;", "1:1: expected declaration or statement at end of input"],
    ["int f(int a) return a;", "1:14: expected declaration specifiers before 'return'"],
    [
      "int f(void) { a[]; (1; ) }",
      "1:17: expected expression before ']' token",
      "1:22: expected ')' before ';' token",
    ],
    [
      "int f(void) { case : ; default ; case 1 2: ; }",
      "1:20: expected expression before ':' token",
      "1:31: expected ':' before ';' token",
      "1:41: expected ':' or '...' before numeric constant",
    ],
    ["int f(void) { for (int i = 0) ; }", "1:29: expected ',' or ';' before ')' token"],
    ["int w __attribute__((1));", "1:22: expected ')' before numeric constant"],
    [
      "int f(void) { int a = 5, b; b = a +* ; return (a; }",
      "1:38: expected expression before ';' token",
      "1:49: expected ')' before ';' token",
    ],
    ["int f(void) { return f(1; }", "1:25: expected ')' before ';' token"],
    [
      'int f(void) { char *s = "abc; return 0; }',
      '1:25: missing terminating " character',
      "1:1: expected expression at end of input",
    ],
    [
      "int f(void) { int x = 'a ; return 0; }",
      "1:23: missing terminating ' character",
      "1:1: expected expression at end of input",
    ],
    [
      "int f(void) { int a[2] = {1, 2; return 0; }",
      "1:31: expected '}' before ';' token",
      "1:1: expected declaration or statement at end of input",
    ],
    [
      "int f(void) { return __builtin_offsetof(struct s, 3) + __builtin_va_arg(1); }",
      "1:51: expected identifier before numeric constant",
    ],
    [
      "int f(void) { return __builtin_types_compatible_p(1, 2); }",
      "1:51: expected specifier-qualifier-list before numeric constant",
    ],
    [
      "int f(void) { typeof() x; typeof(1 y; }",
      "1:22: expected expression before ')' token",
      "1:35: expected ')' before 'y'",
    ],
    ["int f(void) { for (int i = 0; i < 3; i++ { } }", "1:41: expected ')' before '{' token"],
    [
      "int f(void) { return (struct s){ 1, 2 ; }",
      "1:39: expected '}' before ';' token",
      "1:1: expected declaration or statement at end of input",
    ],
    ["int f(void) { int x[2] = {[1 = 2}; }", "1:33: expected ']' before '}' token"],
    [
      "int f(void) { int = 3; int *; int x[; }",
      "1:19: expected identifier or '(' before '=' token",
      "1:29: expected identifier or '(' before ';' token",
      "1:37: expected expression before ';' token",
    ],
    ["int f(void) { do { } while (1) }", "1:31: expected ';' before '}' token"],
    ["int f(void) { do { } }", "1:22: expected 'while' before '}' token"],
    ["int f(void) { if (1 { } }", "1:20: expected ')' before '{' token"],
    ["int f(void) ( return 1; }", "1:15: expected declaration specifiers or '...' before 'return'"],
    [
      "int f(void) [ return 1; ]",
      "1:15: expected expression before 'return'",
      "1:25: expected identifier or '(' before ']' token",
    ],
    ["int f(void) { (int x) ; }", "1:19: expected ')' before 'x'"],
    ["int f(void) { sizeof(int; }", "1:25: expected ')' before ';' token"],
    [
      "struct { int a:; int b:1 2; };",
      "1:16: expected expression before ';' token",
      "1:26: expected ':', ',', ';', '}' or '__attribute__' before numeric constant",
    ],
    [
      "int x = sizeof; int y = sizeof(int) 3;",
      "1:15: expected expression before ';' token",
      "1:37: expected ',' or ';' before numeric constant",
    ],
  ])("%s", (text, ...messages) => expectErrors(`${text}\n`, ...messages));
});

describe("recovery", () => {
  it("goes on behind a broken statement, member, declaration and function", () => {
    const { unit, messages } = parseText(`
struct s { int a b; int c; };
int f(void) { x = ; y = 1; if ( { } return 2; }
int g(int { }
int h(void) { return 3; }
`);
    expect(messages).toEqual([
      "2:18: error: expected ':', ',', ';', '}' or '__attribute__' before 'b'",
      "3:19: error: expected expression before ';' token",
      "3:33: error: expected expression before '{' token",
      "4:11: error: expected ';', ',' or ')' before '{' token",
    ]);
    expect(unit.items.map((item) => item.kind)).toEqual([
      "Declaration",
      "FunctionDefinition",
      "FunctionDefinition",
    ]);
  });

  it("keeps what was declared before the error", () => {
    expectErrors(
      "typedef int T = 3 4; T x; int f(void) { T y 1; T z; return (T)z; }",
      "1:19: expected ',' or ';' before numeric constant",
      "1:45: expected '=', ',', ';', 'asm' or '__attribute__' before numeric constant",
    );
  });

  it("names the place behind the token before, unless that came out of a macro", () => {
    expectErrors("#define ONE 1\nint f(void) { return ONE }", "2:26: expected ';' before '}' token");
    expectErrors("int f(void) { return 1 }", "1:23: expected ';' before '}' token");
  });

  it("suggests a type for an unknown name", () => {
    expectErrors(
      "typedef int length_t; lenght_t x;",
      "1:23: unknown type name 'lenght_t'; did you mean 'length_t'?",
    );
    expectErrors(
      "struct point { int x; }; point p;",
      "1:26: unknown type name 'point'; use 'struct' keyword to refer to the type",
    );
    expectErrors(
      "enum color { RED }; void f(color c);",
      "1:28: unknown type name 'color'; use 'enum' keyword to refer to the type",
    );
  });

  it("says what stands left of an assignment that cannot", () => {
    for (const left of [
      "a + b",
      "-a",
      "(int)a",
      "a ? b : c",
      "++a",
      "sizeof a",
      "a && b",
      "sizeof(int)",
      "&&l",
    ]) {
      const { messages } = parseText(`int f(int a, int b, int c) { l: ${left} = 1; }`);
      expect(messages.map((one) => one.replace(/^[^ ]* /, ""))).toEqual([
        "error: lvalue required as left operand of assignment",
      ]);
    }
  });
});
